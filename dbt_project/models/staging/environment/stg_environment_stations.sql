with

version as (
    {{ dated_rows('environment_stations') }}
),

final as (
    select
        station_id,
        tambon_code,
        name_th,
        name_en,
        kind,
        latitude,
        longitude,
        ground_level_m_msl,
        min_bank_m_msl,
        interval_minutes,
        valid_from,
        valid_until,
        _received_at as received_at
    from version
)

select * from final
