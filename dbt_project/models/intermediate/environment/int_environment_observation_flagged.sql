{{ config(replaces('event_day')) }}

{% set days = days_to_build('event_day') %}
{% set reach = var('flag_reach') %}
{% set limits = [
    'fail_min', 'fail_max', 'suspect_min', 'suspect_max', 'spike_suspect', 'spike_fail',
    'rate_suspect_per_h', 'rate_fail_per_h', 'flat_suspect_h', 'flat_fail_h', 'flat_tolerance',
    'flat_from', 'suspect_steps', 'fail_steps'
] %}
{% set flags = ['flag_gross_range', 'flag_spike', 'flag_rate_of_change', 'flag_flat_line'] %}

with

reading as (
    select * from {{ ref('stg_environment_sensor_readings') }}
    where {{ is_one_of('event_day', days_around(days, reach.before, reach.after)) }}
),

register as (select station_id from {{ ref('stg_environment_stations') }}),

rule as (
    select * from {{ ref('int_qartod_rule') }}
),

-- Interval and fingerprint are the station's, also of a parameter that has no thresholds.
station_rule as (select distinct station_id, interval_minutes, rules_id from rule),

ruled as (
    select
        reading.*,
        station_rule.interval_minutes, station_rule.rules_id,
        rule.{{ limits | join(', rule.') }}
    from reading
    left join register on reading.station_id = register.station_id
    left join station_rule on coalesce(register.station_id, '*') = station_rule.station_id
    left join rule on reading.parameter = rule.parameter and station_rule.station_id = rule.station_id
),

-- A neighbour more than a day away is none: what decides a flag must lie within flag_reach.
in_context as (
    select
        *,
        {{ neighbour('lag', 'value') }} as previous_value,
        {{ neighbour('lead', 'value') }} as next_value,
        {{ seconds_between('lag(observed_at) over by_time', 'observed_at') }}
            as seconds_since_previous,
        count(*) over suspect_window as suspect_count,
        min(observed_at) over suspect_window as suspect_since,
        max(value) over suspect_window - min(value) over suspect_window as suspect_range,
        count(*) over fail_window as fail_count,
        min(observed_at) over fail_window as fail_since,
        max(value) over fail_window - min(value) over fail_window as fail_range
    from {{ in_steps('ruled') }}
    window
        by_time as (partition by station_id, parameter order by observed_at),
        {{ window_of_steps('suspect_window', 'suspect_steps') }},
        {{ window_of_steps('fail_window', 'fail_steps') }}
),

tested as (
    select
        *,
        {{ gross_range_flag() }} as flag_gross_range,
        {{ spike_flag() }} as flag_spike,
        {{ rate_of_change_flag() }} as flag_rate_of_change,
        {{ flat_line_flag() }} as flag_flat_line
    from in_context
    where {{ is_one_of('event_day', days) }}
),

final as (
    select
        station_id, parameter, unit, source_flag, value, observed_at, event_day,
        {{ flags | join(', ') }},
        {{ aggregate_flag(flags) }} as flag,
        interval_minutes, rules_id
    from tested
)

select * from final
