with

winning as (
    {{ winning_rows('tmd_weather') }}
),

final as (
    select
        station_id,
        observed_at,
        name_th,
        name_en,
        province_code,
        latitude,
        longitude,
        pressure_msl_hpa,
        temperature_celsius,
        dew_point_celsius,
        humidity_pct,
        wind_from_degrees,
        wind_speed_kmh,
        rain_3h_mm,
        rain_24h_mm,
        pressure_msl_hpa_reason,
        temperature_celsius_reason,
        dew_point_celsius_reason,
        humidity_pct_reason,
        wind_from_degrees_reason,
        wind_speed_kmh_reason,
        rain_3h_mm_reason,
        rain_24h_mm_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
