with

place as (
    select
        *,
        {{ known_from('cast(null as date)') }} as valid_from,
        cast(null as date) as valid_until
    from {{ ref('dim_place') }}
),

population as (
    select
        *,
        row_number() over (partition by place_code order by month desc) as months_back
    from {{ ref('dim_place_population') }}
),

final as (
    select
        place.place_code,
        place.level,
        place.parent_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        place.area_km2,
        place.area_basis,
        place.area_source,
        place.centroid_latitude,
        place.centroid_longitude,
        population.people as registered_people,
        coalesce(population.people_status, 'missing') as registered_people_status,
        population.month as registered_people_month,
        place.outline,
        place.valid_from,
        false as is_valid_from_known,
        place.valid_until,
        {{ is_in_force('place.valid_from', 'place.valid_until') }} as is_in_force,
        {{ status_of_version('place.valid_until') }} as status
    from place
    left join population
        on place.place_code = population.place_code and population.months_back = 1
)

select * from final
