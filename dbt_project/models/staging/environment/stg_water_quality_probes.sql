with

winning as (
    {{ winning_rows('water_quality_probes') }}
),

final as (
    select
        station_id,
        parameter,
        has_probe,
        observed_at,
        value,
        unit,
        value_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
