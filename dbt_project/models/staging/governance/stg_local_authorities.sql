with

dated as (
    {{ dated_rows('local_authorities') }}
),

final as (
    select
        authority_id,
        dla_code,
        kind,
        amphoe_code,
        tambon_code,
        valid_from,
        valid_until,
        _received_at as received_at
    from dated
)

select * from final
