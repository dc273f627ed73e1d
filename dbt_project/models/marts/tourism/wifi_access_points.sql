with

dated as (
    select
        *,
        {{ known_from('valid_from') }} as known_from
    from {{ ref('stg_wifi_access_points') }}
),

place as (
    select * from {{ ref('dim_place') }}
),

final as (
    select
        dated.access_point_id,
        dated.name_th,
        dated.name_en,
        dated.tambon_code as place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        dated.latitude,
        dated.longitude,
        dated.networks,
        dated.state,
        dated.known_from as valid_from,
        dated.valid_from is not null as is_valid_from_known,
        dated.valid_until,
        {{ is_in_force('dated.known_from', 'dated.valid_until') }} as is_in_force,
        {{ status_of_version('dated.valid_until') }} as status
    from dated
    left join place on dated.tambon_code = place.place_code
)

select * from final
