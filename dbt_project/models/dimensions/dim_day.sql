with

event_day as (
    select event_day as day from {{ ref('int_sensor_quality_daily') }}
    union all
    select hydrological_day as day from {{ ref('int_rain_daily') }}
),

bounds as (
    select
        min(day) as first_day,
        max(day) as last_day
    from event_day
),

calendar as (
    {{ every_day('first_day', 'last_day') }}
    from bounds
),

parts as (
    select
        day,
        cast(extract(year from day) as integer) as year_ce,
        cast(extract(month from day) as integer) as month_of_year,
        cast(extract(isoyear from day) as integer) as iso_year,
        cast(extract(week from day) as integer) as iso_week,
        cast(extract(isodow from day) as integer) as weekday,
        cast(extract(month from day) * 100 + extract(day from day) as integer) as month_and_day
    from calendar
),

final as (
    select
        day,
        year_ce,
        year_ce + 543 as year_be,
        -- Budget year n runs from 1 October of the year before.
        year_ce + 543 + case when month_of_year >= 10 then 1 else 0 end as fiscal_year_be,
        month_of_year,
        iso_year,
        iso_week,
        weekday,
        weekday >= 6 as is_weekend,
        -- Mean dates of the Thai Meteorological Department.
        case
            when month_and_day between 216 and 515 then 'hot'
            when month_and_day between 516 and 1015 then 'southwest_monsoon'
            else 'northeast_monsoon'
        end as season
    from parts
)

select * from final
