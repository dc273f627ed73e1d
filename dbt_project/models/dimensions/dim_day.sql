with

calendar as (
    {%- set calendar = var('calendar') %}
    {{ every_day("date '" ~ calendar.first ~ "'", "date '" ~ calendar.last ~ "'") }}
),

counted as (
    select
        day,
        cast(extract(year from day) as integer) as year_ce,
        cast(extract(month from day) as integer) as month_of_year,
        cast(extract(month from day) * 100 + extract(day from day) as integer) as month_and_day,
        cast({{ iso_year('day') }} as integer) as iso_year,
        cast(extract(week from day) as integer) as iso_week,
        cast({{ iso_weekday('day') }} as integer) as weekday,
        {{ epi_week_day('day', 1) }} as epi_week_start,
        -- The fourth day of a week decides to which year it belongs.
        {{ epi_week_day('day', 4) }} as epi_week_middle
    from calendar
),

list_of_days_off as (
    select
        extract(year from day) as year_ce,
        max(status) as holiday_status
    from {{ ref('public_holiday') }}
    group by extract(year from day)
),

judged as (
    select
        counted.*,
        list_of_days_off.holiday_status,
        holiday.kind as holiday_kind,
        holiday.name_th as holiday_name_th,
        holiday.name_en as holiday_name_en,
        term.term as school_term,
        coalesce(holiday.kind in ('yearly', 'in_lieu', 'special', 'regional'), false)
            as is_public_holiday,
        counted.year_ce + cast(month_of_year >= 10 as integer) as fiscal_year_ce,
        counted.year_ce - cast(month_and_day < 516 as integer) as academic_year_ce
    from counted
    left join {{ ref('public_holiday') }} as holiday on counted.day = holiday.day
    left join list_of_days_off on counted.year_ce = list_of_days_off.year_ce
    left join {{ ref('school_term') }} as term
        on counted.day between term.first_day and term.last_day
),

final as (
    select
        day,
        year_ce, year_ce + 543 as year_be,
        month_of_year, weekday, iso_year, iso_week, epi_week_start,
        cast(extract(year from epi_week_middle) as integer) as epi_year,
        cast({{ whole_quotient('(extract(doy from epi_week_middle) + 6)', 7) }} as integer) as epi_week,
        fiscal_year_ce, fiscal_year_ce + 543 as fiscal_year_be,
        academic_year_ce, academic_year_ce + 543 as academic_year_be,
        school_term,
        {{ day_start(days_later('day', -1), 'UTC') }} as hydrological_day_start,
        {{ day_start('day', 'UTC') }} as hydrological_day_end,
        case
            when month_and_day between 216 and 515 then 'hot'
            when month_and_day between 516 and 1015 then 'southwest_monsoon'
            else 'northeast_monsoon'
        end as season,
        holiday_kind, holiday_name_th, holiday_name_en, holiday_status,
        is_public_holiday,
        weekday >= 6 as is_weekend,
        weekday < 6 and not is_public_holiday as is_working_day,
        weekday < 6 and school_term is not null and not is_public_holiday
        and coalesce(holiday_kind <> 'school', true) as is_school_day
    from judged
)

select * from final
