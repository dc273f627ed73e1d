with

winning as (
    {{ winning_rows('registered_hotels') }}
),

final as (
    select
        province,
        item,
        year,
        hotels,
        hotels_reason,
        _received_at as received_at
    from winning
)

select * from final
