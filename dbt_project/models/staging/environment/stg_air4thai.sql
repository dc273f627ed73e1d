with

winning as (
    {{ winning_rows('air4thai') }}
),

final as (
    select
        station_id,
        observed_at,
        station_type,
        name_th,
        name_en,
        area_th,
        latitude,
        longitude,
        pm25_mean_24h_ugm3,
        pm10_mean_24h_ugm3,
        o3_ppb,
        aqi,
        pm25_mean_24h_ugm3_reason,
        pm10_mean_24h_ugm3_reason,
        o3_ppb_reason,
        aqi_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
