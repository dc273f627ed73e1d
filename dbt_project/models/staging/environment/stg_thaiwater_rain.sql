with

winning as (
    {{ winning_rows('thaiwater_rain') }}
),

final as (
    select
        station_id,
        observed_at,
        station_name_th,
        province_code,
        latitude,
        longitude,
        rain_rolling_24h_mm,
        rain_1h_mm,
        agency,
        rain_rolling_24h_mm_reason,
        rain_1h_mm_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
