with

final as (
    select
        place.place_code,
        place.parent_code,
        place.level,
        place.name_th,
        place.name_en,
        case
            when known.place_code is null then outline.outline_area_km2 else known.area_km2
        end as area_km2,
        case
            when known.place_code is null then 'outline'
            when known.area_km2 is null then 'unknown'
            else 'published'
        end as area_basis,
        known.source as area_source,
        outline.outline_area_km2,
        outline.centroid_latitude,
        outline.centroid_longitude,
        outline.outline
    from {{ ref('place') }} as place
    left join {{ ref('place_outline') }} as outline on place.place_code = outline.place_code
    left join {{ ref('place_area') }} as known on place.place_code = known.place_code
)

select * from final
