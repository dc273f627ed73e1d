with

passenger as (
    select * from {{ ref('stg_airport_passengers') }}
),

place as (
    select * from {{ ref('dim_place') }} where level = 'province'
),

-- Row by row as the agency published it: only so can the gate see rows that contradict another.
counted as (
    select
        *,
        {{ first_of_year('year + 1') }} as next_year,
        {{ value_status('passengers', 'passengers_reason') }} as passengers_status
    from passenger
),

final as (
    select
        counted.source_record,
        place.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        counted.passenger_type,
        counted.direction,
        counted.year,
        {{ day_start(first_of_year('counted.year')) }} as period_start,
        {{ day_start('counted.next_year') }} as period_end,
        counted.passengers,
        counted.passengers_status,
        {{ yearly_status('counted.next_year', ['counted.passengers_status']) }} as status
    from counted
    left join place on counted.province = place.name_th
)

select * from final
