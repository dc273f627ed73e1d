{#
  What a gauge's total cannot do without. A step whose reading is absent, has no value or failed is
  lost. It is no loss on a dry afternoon; next to real rain nobody knows what fell in it.
#}

{# Which rain is in a total: suspect rain too, for a cloudburst is suspect. #}
{% macro is_measured_rain(flag) -%}
    {{ flag }} in (1, 2, 3)
{%- endmacro %}


{# How near a lost step must be to rain: an hour, or one step of a slow gauge. A rain day begins
   seven hours into the calendar day, so what lies further off than six is never looked at. #}
{% macro rain_reach_minutes(interval_minutes) -%}
    least(360, greatest(60, {{ interval_minutes }}))
{%- endmacro %}


{#
  Steps without a measured value that lie within reach of a reading of more than 2 mm, by station:
  `lost_at` and whether a reading stands there that failed. A reading that failed for too much rain is
  within reach of itself: what it says is no rain to be summed, but no dry step either. `reading` names a table with
  `is_measured` and the times of the measured readings before and after as `previous_at`, `next_at`.
#}
{% macro steps_lost_beside_rain(reading) -%}
    select
        step.station_id,
        step.lost_at,
        max(case when failed.station_id is not null then 1 else 0 end) as has_failed
    from (
        {{ steps_lost_beyond(reading, 'previous_at', '-') }}
        union
        {{ steps_lost_beyond(reading, 'next_at', '+') }}
    ) as step
    inner join {{ reading }} as wet
        on step.station_id = wet.station_id
        and wet.value > {{ var('rain_beside_mm') }}
        and abs({{ seconds_between('wet.observed_at', 'step.lost_at') }})
            <= 60 * {{ rain_reach_minutes('step.interval_minutes') }}
    left join {{ reading }} as failed
        on step.station_id = failed.station_id
        and failed.flag = 4
        and abs({{ seconds_between('failed.observed_at', 'step.lost_at') }})
            < 30 * step.interval_minutes
    group by step.station_id, step.lost_at
{%- endmacro %}


{# Of every measured reading the steps before (or after) it that are lost, within its reach. #}
{% macro steps_lost_beyond(reading, neighbour, direction) -%}
    {%- set apart = 'abs(' ~ seconds_between('observed_at', neighbour) ~ ')' -%}
    select
        station_id,
        interval_minutes,
        observed_at {{ direction }} number * interval_minutes * interval '1' minute as lost_at
    from (
        select
            *,
            {{ each_number(
                1, whole_quotient(rain_reach_minutes('interval_minutes'), 'interval_minutes')
            ) }} as number
        from {{ reading }}
        where is_measured
            and ({{ neighbour }} is null or {{ apart }} > 90 * interval_minutes)
    ) as edge
    -- Half a step is left to the clocks of loggers: nearly in time is in time.
    where {{ neighbour }} is null or {{ apart }} > (60 * number + 30) * interval_minutes
{%- endmacro %}
