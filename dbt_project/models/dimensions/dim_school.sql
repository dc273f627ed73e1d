with

register as (
    select * from {{ ref('stg_schools') }}
),

final as (
    select
        school_id,
        name_th,
        affiliation,
        highest_level,
        tambon_code as place_code,
        latitude,
        longitude,
        {{ known_from('valid_from') }} as valid_from,
        valid_from is not null as is_valid_from_known,
        valid_until
    from register
)

select * from final
