{{ config(replaces('event_day')) }}

with

reading as (
    select
        *,
        case when {{ is_usable('flag') }} then value end as usable_value
    from {{ ref('int_environment_observation_flagged') }}
    where {{ is_to_build('event_day') }}
),

final as (
    select
        station_id,
        parameter,
        event_day,
        min(unit) as unit,
        {{ readings_a_day('min(interval_minutes)') }} as expected,
        count(*) as received,
        count(case when flag = 1 then 1 end) as good,
        count(case when flag = 2 then 1 end) as unknown,
        count(case when flag = 3 then 1 end) as suspect,
        count(case when flag = 4 then 1 end) as failed,
        count(case when flag = 9 then 1 end) as missing,
        min(usable_value) as min_value,
        sum({{ exact('usable_value') }}) as value_sum,
        max(usable_value) as max_value
    from reading
    group by station_id, parameter, event_day
)

select * from final
