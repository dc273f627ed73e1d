with

measured as (
    select * from {{ ref('int_sensor_quality_daily') }}
),

day as (
    {{ every_day('min(event_day)', 'max(event_day)') }}
    from measured
),

station as (
    select * from {{ ref('dim_station') }}
),

place as (
    select * from {{ ref('dim_place') }}
),

series as (
    select
        station_id,
        parameter,
        min(unit) as unit,
        min(event_day) as first_day,
        max(expected) as expected
    from measured
    group by station_id, parameter
),

-- A day on which a station was silent is a row too, from the first day it ever reported.
expected as (
    select series.*, day.day
    from series
    inner join day on series.first_day <= day.day
),

final as (
    select
        expected.station_id,
        station.name_th as station_name_th,
        station.name_en as station_name_en,
        station.is_registered,
        place.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
        expected.parameter,
        expected.unit,
        expected.day,
        {{ day_start('expected.day') }} as period_start,
        {{ day_start(days_later('expected.day', 1)) }} as period_end,
        cast(expected.expected as bigint) as expected,
        {%- for count in ['received', 'good', 'unknown', 'suspect', 'failed', 'missing'] %}
        coalesce(measured.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        measured.min_value,
        {{ rounded_mean('measured.value_sum', '(measured.good + measured.unknown)', 4) }} as mean_value,
        measured.max_value,
        {{ completeness_pct('measured.good + measured.unknown', 'expected.expected') }}
            as completeness_pct,
        {{ status_of(
            day_start(days_later('expected.day', 1)),
            source_contract('environment_sensor_readings').lookback_days
        ) }} as status
    from expected
    left join measured
        on expected.station_id = measured.station_id
        and expected.parameter = measured.parameter
        and expected.day = measured.event_day
    left join station on expected.station_id = station.station_id
    left join place on station.place_code = place.place_code
)

select * from final
