with

dated as (
    {{ dated_rows('hospitals') }}
),

final as (
    select
        hospital_id,
        name_th,
        name_en,
        kind,
        affiliation,
        tambon_code,
        beds,
        beds_reason,
        latitude,
        longitude,
        valid_from,
        valid_until,
        _received_at as received_at
    from dated
)

select * from final
