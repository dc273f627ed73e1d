{{ config(replaces('month')) }}

{% set measured = ['dissolved_oxygen', 'water_temperature', 'ph', 'salinity'] %}

with

reading as (
    select *, {{ first_of_month('event_day') }} as month
    from {{ ref('int_environment_observation_flagged') }}
    where parameter in ('{{ measured | join("', '") }}')
        and {{ is_read('int_environment_observation_flagged', 'event_day') }}
),

-- One row per station and time. Only usable values enter; a time without one still counts as a
-- month in which the station reported.
together as (
    select
        station_id, month, event_day, observed_at,
        min(interval_minutes) as interval_minutes,
        {%- for parameter in measured %}
        max(case when parameter = '{{ parameter }}' and {{ is_usable('flag') }} then value end)
            as {{ parameter }},
        count(case when parameter = '{{ parameter }}' then 1 end) as {{ parameter }}_received,
        count(case when parameter = '{{ parameter }}' and flag = 3 then 1 end)
            as {{ parameter }}_suspect{{ ',' if not loop.last }}
        {%- endfor %}
    from reading
    where {{ is_to_build('month') }}
    group by station_id, month, event_day, observed_at
),

saturated as (
    select
        *,
        100 * dissolved_oxygen / {{ oxygen_saturation_mg_l('water_temperature', 'salinity') }}
            as saturation_pct
    from together
),

summed as (
    select
        station_id,
        month,
        cast(sum({{ exact(
            'case when dissolved_oxygen is not null then interval_minutes end'
        ) }}) as bigint) as dissolved_oxygen_minutes,
        {%- for parameter in measured %}
        count({{ parameter }}) as {{ parameter }}_n,
        {%- for count in ['received', 'suspect'] %}
        cast(sum({{ parameter }}_{{ count }}) as bigint) as {{ parameter }}_{{ count }},
        {%- endfor %}
        sum({{ exact(parameter) }}) as {{ parameter }}_sum,
        {%- endfor %}
        count(distinct case when dissolved_oxygen is not null then event_day end) as n_days,
        {{ in_order('dissolved_oxygen') }} as dissolved_oxygen_in_order,
        -- A saturation outside 0 to 200 % is suspect and stays out.
        {{ in_order('case when saturation_pct between 0 and 200 then saturation_pct end') }}
            as saturation_in_order
    from saturated
    group by station_id, month
),

final as (
    select
        station_id, month, dissolved_oxygen_minutes, n_days,
        {%- for parameter in measured %}
        {%- for column in ['n', 'received', 'suspect', 'sum'] %}
        {{ parameter }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        {{ percentile('dissolved_oxygen_in_order', '0.2') }} as do_p20,
        {{ how_many('saturation_in_order') }} as do_sat_n,
        {{ percentile('saturation_in_order', '0.5') }} as do_sat_p50
    from summed
)

select * from final
