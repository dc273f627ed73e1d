{% set limits = qartod_limits() %}

with

threshold as (
    select * from {{ ref('qartod_threshold') }}
),

register as (
    select * from {{ ref('stg_environment_stations') }}
),

-- Station '*' stands for every station that is not in the register.
station as (
    select
        station_id,
        interval_minutes,
        ground_level_m_msl,
        min_bank_m_msl,
        valid_from,
        valid_until
    from register
    union all
    select
        '*' as station_id,
        10 as interval_minutes,
        null as ground_level_m_msl,
        null as min_bank_m_msl,
        null as valid_from,
        null as valid_until
),

levelled as (
    select
        threshold.*,
        station.station_id,
        station.interval_minutes,
        station.ground_level_m_msl,
        station.min_bank_m_msl,
        station.valid_from,
        station.valid_until,
        threshold.parameter = 'water_level'
        and station.ground_level_m_msl < station.min_bank_m_msl as has_levels
    from station
    cross join threshold
),

rule as (
    select
        station_id,
        parameter,
        interval_minutes,
        valid_from,
        valid_until,
        {{ limits[4:] | join(',\n        ') }},
        case when has_levels then ground_level_m_msl - 0.5 else fail_min end as fail_min,
        case when has_levels then min_bank_m_msl + 3 else fail_max end as fail_max,
        case when has_levels then ground_level_m_msl else suspect_min end as suspect_min,
        case when has_levels then min_bank_m_msl + 1 else suspect_max end as suspect_max
    from levelled
),

final as (
    select
        station_id,
        parameter,
        interval_minutes,
        valid_from,
        valid_until,
        {{ limits | join(',\n        ') }},
        -- A test whose time is shorter than one interval is off, not always failing.
        nullif(floor(flat_suspect_h * 60 / interval_minutes), 0) as suspect_steps,
        nullif(floor(flat_fail_h * 60 / interval_minutes), 0) as fail_steps
    from rule
)

select * from final
