with

winning as (
    {{ winning_rows('environment_stations') }}
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
        _received_at as received_at
    from winning
)

select * from final
