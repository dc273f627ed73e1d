with

winning as (
    {{ winning_rows('thaiwater_levels') }}
),

final as (
    select
        station_id,
        observed_at,
        station_name_th,
        river_th,
        province_code,
        latitude,
        longitude,
        level_m_msl,
        bank_side,
        above_bank_m,
        storage_pct,
        situation_level,
        ground_level_m_msl,
        min_bank_m_msl,
        agency,
        level_m_msl_reason,
        ground_level_m_msl_reason,
        min_bank_m_msl_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
