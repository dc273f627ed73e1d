{{ config(replaces('day')) }}

with

-- All of it, since a sensor has rows from the first day on which it ever reported.
measured as (
    select * from {{ ref('int_sensor_quality_daily') }}
),

day as (
    {{ each_day_of('measured', 'event_day') }}
),

series as (
    select station_id, parameter, min(event_day) as first_day
    from measured
    group by station_id, parameter
),

-- A day on which a station was silent is a row too. What was expected of it, and where it stood, is
-- what the register says of that day; a station that is not in it is taken to send every ten minutes.
expected as (
    select
        series.*,
        day.day,
        first.unit,
        {{ readings_a_day('coalesce(station.interval_minutes, 10)') }} as expected,
        station.station_id is not null as is_registered,
        station.station_name_th, station.station_name_en,
        station.place_code, station.place_name_th, station.place_name_en
    from series
    inner join day on series.first_day <= day.day
    inner join measured as first
        on series.station_id = first.station_id
        and series.parameter = first.parameter
        and series.first_day = first.event_day
    left join {{ ref('int_environment_station') }} as station
        on series.station_id = station.station_id and {{ holds_on('station', 'day.day') }}
),

final as (
    select
        expected.station_id,
        expected.station_name_th,
        expected.station_name_en,
        expected.is_registered,
        expected.place_code,
        expected.place_name_th,
        expected.place_name_en,
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
)

select * from final
