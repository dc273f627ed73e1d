with

winning as (
    {{ winning_rows('tap_water_supply') }}
),

final as (
    select
        province,
        item,
        measure,
        year,
        volume_m3,
        volume_m3_reason,
        _received_at as received_at
    from winning
)

select * from final
