{{ config(replaces('hydrological_day')) }}

{% set measured_at = 'case when ' ~ is_measured_rain('flag') ~ ' then observed_at end' %}

with

reading as (
    select
        *,
        {{ hydrological_day('observed_at') }} as hydrological_day,
        {{ is_measured_rain('flag') }} as is_measured,
        max({{ measured_at }}) over (
            partition by station_id order by observed_at
            rows between unbounded preceding and 1 preceding
        ) as previous_at,
        min({{ measured_at }}) over (
            partition by station_id order by observed_at
            rows between 1 following and unbounded following
        ) as next_at
    from {{ ref('int_environment_observation_flagged') }}
    where parameter = 'rain_10min'
        -- The hours before seven and after it are there, too: they hold the neighbours of its ends.
        and {{ is_read('int_environment_observation_flagged', 'event_day') }}
),

timed as (
    select
        *,
        -- The time that a reading tells of: two in one step are not two steps.
        least(60 * interval_minutes, coalesce(
            {{ seconds_between('previous_at', 'observed_at') }}, 60 * interval_minutes
        )) as seconds
    from reading
),

lost as (
    select
        station_id,
        {{ hydrological_day('lost_at') }} as hydrological_day,
        count(*) as lost_beside_rain,
        sum(has_failed) as failed_beside_rain
    from ({{ steps_lost_beside_rain('reading') }}) as step
    group by 1, 2
),

final as (
    select
        timed.station_id,
        timed.hydrological_day,
        max(timed.interval_minutes) as interval_minutes,
        count(*) as received,
        count(case when timed.is_measured then 1 end) as used,
        count(case when timed.flag = 3 then 1 end) as suspect,
        count(case when timed.flag = 4 then 1 end) as failed,
        sum(case when timed.is_measured then timed.seconds else 0 end) as seconds_measured,
        sum(case when timed.is_measured then {{ exact('timed.value') }} end) as total_mm,
        sum(case when timed.flag = 3 then {{ exact('timed.value') }} end) as suspect_mm,
        max(case when timed.is_measured then timed.value end) as max_interval_mm,
        coalesce(max(lost.lost_beside_rain), 0) as lost_beside_rain,
        coalesce(max(lost.failed_beside_rain), 0) as failed_beside_rain
    from timed
    left join lost
        on timed.station_id = lost.station_id and timed.hydrological_day = lost.hydrological_day
    where {{ is_to_build('timed.hydrological_day') }}
    group by timed.station_id, timed.hydrological_day
)

select * from final
