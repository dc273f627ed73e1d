{#
  What readings say of the stations that sent them, as versions with `valid_from` and `valid_until`: for
  agencies that send no register, and tell with every reading where the station is. `columns` are the
  station's identifier and what is said of it; `at` is the instant of a reading and `day` its day. Of a
  day the last reading counts. The first version holds since ever, and the last until further notice: a
  station that is silent is not known to be gone.
#}
{% macro dated_readings(readings, columns, at='observed_at', day='event_day') %}
    {%- set station = columns[0] -%}
    {%- set content = columns | join(', ') -%}
    with said as (
        select
            {{ content }},
            {{ day }} as _day,
            -- Of one instant there may be a reading of each parameter.
            row_number() over (
                partition by {{ station }}, {{ day }} order by {{ at }} desc, {{ content }}
            ) as _last
        from {{ readings }}
    ),

    followed as (
        select
            {{ content }},
            _day,
            row_number() over (partition by {{ station }} order by _day)
            - row_number() over (partition by {{ content }} order by _day) as _version
        from said
        where _last = 1
    ),

    version as (
        select
            {{ content }},
            min(_day) as _first_day
        from followed
        group by {{ content }}, _version
    ),

    next_to_each_other as (
        select
            *,
            row_number() over (partition by {{ station }} order by _first_day) as _number,
            lead(_first_day) over (partition by {{ station }} order by _first_day) as _next_day
        from version
    )

    select
        {{ content }},
        case when _number > 1 then _first_day end as valid_from,
        {{ days_later('_next_day', -1) }} as valid_until
    from next_to_each_other
{% endmacro %}
