with

winning as (
    {{ winning_rows('air_quality_sensors') }}
),

final as (
    select
        sensor_id,
        tambon_code,
        observed_at,
        pm25_ugm3,
        temperature_celsius,
        humidity_pct,
        pm25_ugm3_reason,
        temperature_celsius_reason,
        humidity_pct_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
