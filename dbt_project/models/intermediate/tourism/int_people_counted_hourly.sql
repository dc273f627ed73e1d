{{ config(replaces('event_day')) }}

with

quarter as (
    select * from {{ ref('stg_people_counts') }}
    where {{ is_read('stg_people_counts', 'event_day') }}
),

-- A quarter of an hour without a number is there and not counted: it is no quarter without people.
final as (
    select
        zone_id,
        tambon_code,
        event_day,
        date_trunc('hour', counted_from) as hour_start,
        count(*) as received,
        count(people) as counted,
        cast(sum({{ exact('people') }}) as bigint) as people,
        cast(sum({{ exact('people_towards') }}) as bigint) as people_towards,
        cast(sum({{ exact('people_away') }}) as bigint) as people_away,
        count(case when is_congested then 1 end) as congested
    from quarter
    group by 1, 2, 3, 4
)

select * from final
