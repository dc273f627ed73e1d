with

final as (
    select
        place_code,
        parent_code,
        level,
        name_th,
        name_en
    from {{ ref('place') }}
)

select * from final
