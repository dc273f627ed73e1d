{{ config(replaces('month')) }}
{% set lookback_days = source_contract('environment_sensor_readings').lookback_days %}

with

measured as (
    select * from {{ ref('int_water_quality_monthly') }} where {{ is_to_build('month') }}
),

judged as (
    select
        *,
        {{ first_of_next_month('month') }} as next_month,
        {{ dbt.datediff('month', first_of_next_month('month'), 'day') }} as days,
        concat_ws(
            '+',
            case when dissolved_oxygen_n > 0 then 'dissolved_oxygen' end,
            case when water_temperature_n > 0 then 'water_temperature' end,
            case when ph_n > 0 then 'ph' end,
            case when salinity_n > 0 then 'salinity' end
        ) as probe_mask,
        -- Notification of the National Environment Board No. 8 (1994), by dissolved oxygen only.
        -- Class 1 is water in its natural state, which no measured value can show.
        case
            when n_days < {{ var('class_days') }} then null
            when do_p20 >= 6 then 2
            when do_p20 >= 4 then 3
            when do_p20 >= 2 then 4
            when do_p20 is not null then 5
        end as do_class
    from measured
),

final as (
    select
        judged.station_id,
        station.station_name_th,
        station.station_name_en,
        station.place_code,
        station.place_name_th,
        station.place_name_en,
        judged.month,
        {{ day_start('judged.month') }} as period_start,
        {{ day_start('judged.next_month') }} as period_end,
        {{ rounded('judged.do_p20', 3) }} as do_p20_mg_l,
        {{ water_mean('dissolved_oxygen') }} as do_mean_mg_l,
        judged.dissolved_oxygen_n as do_n,
        {{ water_suspect_pct('dissolved_oxygen') }} as do_suspect_pct,
        {{ rounded('judged.do_sat_p50', 1) }} as do_sat_p50_pct,
        judged.do_sat_n,
        judged.do_class,
        case
            when judged.do_class is not null then 'ok'
            when {{ has_passed(day_start('judged.next_month'), lookback_days) }} then 'missing'
            else 'not_yet'
        end as do_class_status,
        {{ water_mean('water_temperature') }} as water_temperature_mean_celsius,
        judged.water_temperature_n,
        {{ water_suspect_pct('water_temperature') }} as water_temperature_suspect_pct,
        {{ water_mean('ph') }} as ph_mean,
        judged.ph_n,
        {{ water_suspect_pct('ph') }} as ph_suspect_pct,
        {{ water_mean('salinity') }} as salinity_mean_psu,
        judged.salinity_n,
        {{ water_suspect_pct('salinity') }} as salinity_suspect_pct,
        judged.n_days,
        judged.dissolved_oxygen_n + judged.water_temperature_n + judged.ph_n + judged.salinity_n
            as n,
        judged.probe_mask,
        {{ completeness_pct('judged.dissolved_oxygen_minutes', '(judged.days * 1440)') }}
            as completeness_pct,
        {{ status_of(day_start('judged.next_month'), lookback_days) }} as status
    from judged
    -- A month is told under the name and the place that a station has at its end.
    left join {{ ref('int_environment_station') }} as station
        on judged.station_id = station.station_id
        and {{ holds_on('station', days_later('judged.next_month', -1)) }}
)

select * from final
