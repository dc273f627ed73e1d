with

winning as (
    {{ winning_rows('environment_sensor_readings') }}
),

final as (
    select
        station_id,
        parameter,
        unit,
        source_flag,
        value,
        value_reason,
        observed_at,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
