with

station as (
    select * from {{ ref('int_station') }} where substring(place_code, 1, 2) = '83'
),

place as (
    select * from {{ ref('dim_place') }}
),

dated as (
    select
        *,
        {{ known_from('valid_from') }} as known_from
    from station
),

final as (
    select
        dated.register,
        dated.station_id,
        dated.kind,
        dated.agency,
        dated.name_th,
        dated.name_en,
        dated.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        dated.latitude,
        dated.longitude,
        case when dated.latitude is null then 'missing' else 'ok' end as position_status,
        dated.ground_level_m_msl,
        dated.min_bank_m_msl,
        dated.interval_minutes,
        dated.known_from as valid_from,
        dated.valid_from is not null as is_valid_from_known,
        dated.valid_until,
        {{ is_in_force('dated.known_from', 'dated.valid_until') }} as is_in_force,
        {{ status_of_version('dated.valid_until') }} as status
    from dated
    left join place on dated.place_code = place.place_code
)

select * from final
