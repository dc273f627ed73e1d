with

register as (
    select * from {{ ref('stg_hospitals') }}
),

final as (
    select
        hospital_id,
        name_th,
        name_en,
        kind,
        affiliation,
        tambon_code as place_code,
        beds,
        {{ value_status('beds', 'beds_reason') }} as beds_status,
        latitude,
        longitude,
        {{ known_from('valid_from') }} as valid_from,
        valid_from is not null as is_valid_from_known,
        valid_until
    from register
)

select * from final
