with

measured as (
    select * from {{ ref('int_rain_daily') }}
),

day as (
    {{ every_day('min(hydrological_day)', 'max(hydrological_day)') }}
    from measured
),

gauge as (
    select
        station_id,
        min(hydrological_day) as first_day,
        max(interval_minutes) as interval_minutes
    from measured
    group by station_id
),

-- A day on which a gauge was silent is a row too. Fewer than 90 % of the day give no total, which
-- would be taken for little rain; nor does a day that lost a step beside rain.
judged as (
    select
        gauge.station_id,
        day.day as hydrological_day,
        {{ day_start('day.day', 'UTC') }} as period_end,
        coalesce(measured.interval_minutes, gauge.interval_minutes) as interval_minutes,
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
        station.name_th as station_name_th,
        station.name_en as station_name_en,
        place.place_code,
        place.name_th as place_name_th,
        place.name_en as place_name_en,
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
    left join {{ ref('dim_station') }} as station on totalled.station_id = station.station_id
    left join {{ ref('dim_place') }} as place on station.place_code = place.place_code
)

select * from final
