with

measured as (
    select * from {{ ref('int_rain_daily') }}
),

station as (
    select * from {{ ref('dim_station') }}
),

place as (
    select * from {{ ref('dim_place') }}
),

day as (
    select day from {{ ref('dim_day') }}
    where day <= (select max(hydrological_day) from measured)
),

gauge as (
    select
        station_id,
        min(hydrological_day) as first_day,
        max(expected) as expected
    from measured
    group by station_id
),

-- A day on which a gauge was silent is a row too. Fewer than 90 % of the steps give no total:
-- a low total would be taken for little rain.
totalled as (
    select
        gauge.station_id,
        gauge.expected,
        day.day as hydrological_day,
        coalesce(measured.usable, 0) as n,
        coalesce(measured.received, 0) as received,
        measured.max_interval_mm,
        case when 10 * measured.usable >= 9 * gauge.expected then measured.usable_mm end as total_mm
    from gauge
    inner join day on gauge.first_day <= day.day
    left join measured
        on gauge.station_id = measured.station_id
        and day.day = measured.hydrological_day
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
        {{ day_start('totalled.hydrological_day', 'UTC') }} as period_end,
        cast(round(totalled.total_mm, 1) as double) as rain_mm,
        {{ rain_class('totalled.total_mm') }} as rain_class,
        totalled.max_interval_mm as max_10min_mm,
        totalled.n,
        round(100.0 * (totalled.received - totalled.n) / nullif(totalled.received, 0), 1)
            as flagged_pct,
        {{ completeness_pct('totalled.n', 'totalled.expected') }} as completeness_pct,
        {{ status_of(
            day_start('totalled.hydrological_day', 'UTC'),
            source_contract('environment_sensor_readings').lookback_days
        ) }} as status
    from totalled
    left join station on totalled.station_id = station.station_id
    left join place on station.place_code = place.place_code
)

select * from final
