{% set measures = ['produced', 'distributed', 'sold'] %}

with

volume as (
    select * from {{ ref('stg_tap_water_supply') }}
),

place as (
    select * from {{ ref('dim_place') }} where level = 'province'
),

by_year as (
    select
        province,
        year,
        {%- for measure in measures %}
        max(case when measure = '{{ measure }}' then volume_m3 end) as {{ measure }}_m3,
        {{ value_status(
            "max(case when measure = '" ~ measure ~ "' then volume_m3 end)",
            "max(case when measure = '" ~ measure ~ "' then volume_m3_reason end)"
        ) }} as {{ measure }}_status,
        {%- endfor %}
        {{ first_of_year('year + 1') }} as next_year
    from volume
    group by province, year
),

final as (
    select
        place.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        by_year.year,
        {{ day_start(first_of_year('by_year.year')) }} as period_start,
        {{ day_start('by_year.next_year') }} as period_end,
        by_year.produced_m3,
        by_year.produced_status,
        by_year.distributed_m3,
        by_year.distributed_status,
        by_year.sold_m3,
        by_year.sold_status,
        {{ yearly_status('by_year.next_year', [
            'by_year.produced_status', 'by_year.distributed_status', 'by_year.sold_status'
        ]) }} as status
    from by_year
    left join place on by_year.province = place.name_th
)

select * from final
