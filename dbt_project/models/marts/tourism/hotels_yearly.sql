with

hotel as (
    select * from {{ ref('stg_registered_hotels') }}
),

occupancy as (
    select * from {{ ref('stg_hotel_occupancy') }}
),

place as (
    select * from {{ ref('dim_place') }} where level = 'province'
),

-- The two agencies publish different years, so either side may be alone.
together as (
    select
        coalesce(hotel.province, occupancy.province) as province,
        coalesce(hotel.year, occupancy.year) as year,
        hotel.hotels,
        {{ value_status('hotel.hotels', 'hotel.hotels_reason') }} as hotels_status,
        occupancy.occupancy_pct,
        {{ value_status('occupancy.occupancy_pct', 'occupancy.occupancy_pct_reason') }}
            as occupancy_status
    from hotel
    full outer join occupancy
        on hotel.year = occupancy.year and hotel.province = occupancy.province
),

final as (
    select
        place.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        together.year,
        {{ day_start(first_of_year('together.year')) }} as period_start,
        {{ day_start(first_of_year('together.year + 1')) }} as period_end,
        together.hotels,
        together.hotels_status,
        together.occupancy_pct,
        together.occupancy_status,
        {{ yearly_status(
            first_of_year('together.year + 1'),
            ['together.hotels_status', 'together.occupancy_status']
        ) }} as status
    from together
    left join place on together.province = place.name_th
)

select * from final
