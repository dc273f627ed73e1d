{{ config(replaces('hydrological_day')) }}

with

-- All of it, since a gauge has rows from the first day on which it ever reported.
measured as (
    select * from {{ ref('int_rain_daily') }}
),

day as (
    {{ each_day_of('measured', 'hydrological_day') }}
),

gauge as (
    select station_id, min(hydrological_day) as first_day from measured group by station_id
),

-- A day on which a gauge was silent is a row too. Fewer than 90 % of the day give no total, which
-- would be taken for little rain; nor does a day that lost a step beside rain. What the gauge was is
-- what the register says of the date on which the day ends.
judged as (
    select
        gauge.station_id,
        day.day as hydrological_day,
        {{ day_start('day.day', 'UTC') }} as period_end,
        coalesce(measured.interval_minutes, station.interval_minutes, 10) as interval_minutes,
        station.station_name_th, station.station_name_en,
        station.place_code, station.place_name_th, station.place_name_en,
        {%- for count in ['used', 'suspect', 'received', 'seconds_measured'] %}
        coalesce(measured.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        measured.total_mm, measured.suspect_mm, measured.max_interval_mm,
        {{ rain_total_status('measured', day_start('day.day', 'UTC')) }} as rain_mm_status
    from gauge
    inner join day on gauge.first_day <= day.day
    left join measured
        on gauge.station_id = measured.station_id
        and day.day = measured.hydrological_day
    left join {{ ref('int_environment_station') }} as station
        on gauge.station_id = station.station_id and {{ holds_on('station', 'day.day') }}
),

totalled as (
    select
        *,
        case when rain_mm_status in ('ok', 'suspect') then total_mm end as known_mm
    from judged
),

final as (
    select
        totalled.station_id,
        totalled.station_name_th,
        totalled.station_name_en,
        totalled.place_code,
        totalled.place_name_th,
        totalled.place_name_en,
        totalled.hydrological_day,
        {{ day_start(days_later('totalled.hydrological_day', -1), 'UTC') }} as period_start,
        totalled.period_end,
        {{ rounded('totalled.known_mm', 1) }} as rain_mm,
        totalled.rain_mm_status,
        {{ rain_class('totalled.known_mm') }} as rain_class,
        case when totalled.used > 0 then {{ rounded('coalesce(totalled.suspect_mm, 0)', 1) }} end
            as rain_suspect_mm,
        totalled.max_interval_mm,
        cast(totalled.interval_minutes as bigint) as interval_minutes,
        totalled.used as n,
        {{ share_pct('totalled.received - totalled.used + totalled.suspect', 'totalled.received') }}
            as flagged_pct,
        {{ completeness_pct('totalled.seconds_measured', '86400') }} as completeness_pct,
        {{ status_of(
            'totalled.period_end', source_contract('environment_sensor_readings').lookback_days
        ) }} as status
    from totalled
)

select * from final
