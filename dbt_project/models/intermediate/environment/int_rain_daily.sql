{{ config(
    materialized='incremental', incremental_strategy='replace_days', unique_key='hydrological_day'
) }}
-- depends_on: {{ ref('int_qartod_rule') }}

{% set days = days_to_build('hydrological_day') %}

with

reading as (
    select
        *,
        -- 07:00 to 07:00 in Thailand is a UTC day. The reading is stamped with the end of its
        -- interval, so the one at 07:00 still belongs to the day that ends then.
        {{ days_later(day_of("observed_at - interval '1' second", 'UTC'), 1) }} as hydrological_day,
        case when {{ is_usable('flag') }} then value end as usable_value
    from {{ ref('int_environment_observation_flagged') }}
    where parameter = 'rain_10min'
        and {{ is_one_of('event_day', days_around(days, before=1, after=0)) }}
),

final as (
    select
        station_id,
        hydrological_day,
        rules_id,
        1440 / min(interval_minutes) as expected,
        count(*) as received,
        count(usable_value) as usable,
        sum({{ exact('usable_value') }}) as usable_mm,
        max(usable_value) as max_interval_mm
    from reading
    where {{ is_one_of('hydrological_day', days) }}
    group by station_id, hydrological_day, rules_id
)

select * from final
