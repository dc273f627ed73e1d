with

winning as (
    {{ winning_rows('hotel_occupancy') }}
),

final as (
    select
        province,
        item,
        year,
        occupancy_pct,
        occupancy_pct_reason,
        _received_at as received_at
    from winning
)

select * from final
