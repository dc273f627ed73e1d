with

winning as (
    {{ winning_rows('airport_passengers') }}
),

final as (
    select
        province,
        item,
        passenger_type,
        direction,
        year,
        passengers,
        passengers_reason,
        _record as source_record,
        _received_at as received_at
    from winning
)

select * from final
