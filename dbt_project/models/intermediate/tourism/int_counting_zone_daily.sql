{{ config(replaces('event_day')) }}

with

final as (
    {{ said_of_stations(
        ref('stg_people_counts'), is_read('stg_people_counts', 'event_day'), 'zone_id',
        {'zone_id': 'zone_id', 'tambon_code': 'tambon_code'}, at='counted_from'
    ) }}
)

select * from final
