with

register as (
    select * from {{ ref('stg_environment_stations') }} where valid_until is null
),

-- Stations that send readings, whether the register knows them or not.
seen as (
    select distinct station_id from {{ ref('int_sensor_quality_daily') }}
),

final as (
    select
        coalesce(register.station_id, seen.station_id) as station_id,
        register.tambon_code as place_code,
        register.name_th,
        register.name_en,
        register.kind,
        register.latitude,
        register.longitude,
        register.ground_level_m_msl,
        register.min_bank_m_msl,
        register.interval_minutes,
        register.station_id is not null as is_registered,
        seen.station_id is not null as has_readings
    from register
    full outer join seen on register.station_id = seen.station_id
)

select * from final
