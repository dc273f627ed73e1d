with

dated as (
    {{ dated_rows('schools') }}
),

final as (
    select
        school_id,
        name_th,
        affiliation,
        highest_level,
        tambon_code,
        latitude,
        longitude,
        valid_from,
        valid_until,
        _received_at as received_at
    from dated
)

select * from final
