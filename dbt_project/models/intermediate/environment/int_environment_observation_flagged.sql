{{ config(replaces('event_day')) }}

{% set limits = qartod_limits() + ['suspect_steps', 'fail_steps'] %}
{% set flags = ['flag_gross_range', 'flag_spike', 'flag_rate_of_change', 'flag_flat_line'] %}

with

reading as (
    select * from {{ ref('stg_environment_sensor_readings') }}
    where {{ is_read('stg_environment_sensor_readings', 'event_day') }}
),

rule as (select * from {{ ref('int_qartod_rule') }}),

-- Interval and time are the station's, also of a parameter that has no thresholds.
station_rule as (select distinct station_id, interval_minutes, valid_from, valid_until from rule),

-- What the register said on the day of the reading; '*' where it did not have the station.
placed as (
    select
        reading.*,
        coalesce(own.station_id, '*') as rule_of,
        coalesce(own.interval_minutes, unregistered.interval_minutes) as interval_minutes
    from reading
    inner join station_rule as unregistered on unregistered.station_id = '*'
    left join station_rule as own
        on reading.station_id = own.station_id and {{ holds_on('own', 'reading.event_day') }}
),

ruled as (
    select placed.*, rule.{{ limits | join(', rule.') }}
    from placed
    left join rule
        on placed.rule_of = rule.station_id
        and placed.parameter = rule.parameter
        and {{ holds_on('rule', 'placed.event_day') }}
),

-- A neighbour more than a day away is none: what decides a flag must lie within what is read.
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
    where {{ is_to_build('event_day') }}
),

final as (
    select
        station_id, parameter, unit, source_flag, value, observed_at, event_day,
        {{ flags | join(', ') }},
        {{ aggregate_flag(flags) }} as flag,
        interval_minutes
    from tested
)

select * from final
