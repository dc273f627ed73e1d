with

station as (
    select * from {{ ref('stg_environment_stations') }}
),

place as (
    select * from {{ ref('dim_place') }}
),

final as (
    select
        station.station_id,
        station.name_th as station_name_th,
        station.name_en as station_name_en,
        place.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        station.interval_minutes,
        station.valid_from,
        station.valid_until
    from station
    left join place on station.tambon_code = place.place_code
)

select * from final
