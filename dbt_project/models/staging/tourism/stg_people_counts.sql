with

winning as (
    {{ winning_rows('people_counts') }}
),

final as (
    select
        zone_id,
        tambon_code,
        counted_from,
        counted_to,
        people,
        people_towards,
        people_away,
        is_congested,
        reported_at,
        people_reason,
        people_towards_reason,
        people_away_reason,
        day as event_day,
        _received_at as received_at
    from winning
)

select * from final
