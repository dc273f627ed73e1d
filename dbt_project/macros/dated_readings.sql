{#
  What readings say of the stations that sent them, as versions with `valid_from` and `valid_until`: for
  agencies that send no register, and tell with every reading where the station is. `daily` has of each
  station and day what the last reading said (`said_of_stations`); `station` names it, `said` is what is
  said of it. The first version holds since ever, and the last until further notice: a station that is
  silent is not known to be gone.
#}
{% macro dated_readings(daily, station, said, day='event_day') %}
    {%- set one = station | join(', ') -%}
    {%- set content = (station + said) | join(', ') -%}
    with followed as (
        select
            {{ content }},
            {{ day }} as _day,
            row_number() over (partition by {{ one }} order by {{ day }})
            - row_number() over (partition by {{ content }} order by {{ day }}) as _version
        from {{ daily }}
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
            row_number() over (partition by {{ one }} order by _first_day) as _number,
            lead(_first_day) over (partition by {{ one }} order by _first_day) as _next_day
        from version
    )

    select
        {{ content }},
        case when _number > 1 then _first_day end as valid_from,
        {{ days_later('_next_day', -1) }} as valid_until
    from next_to_each_other
{% endmacro %}


{#
  What the last reading of each day said of its station: `said` names the columns and what they are called
  there. Of one instant there may be a reading of each parameter.
#}
{% macro said_of_stations(readings, where, station, said, at='observed_at', day='event_day') %}
    select
        {{ day }} as event_day,
        {%- for name, expression in said.items() %}
        {{ expression }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            *,
            row_number() over (
                partition by {{ station }}, {{ day }}
                order by {{ at }} desc, {{ said.values() | join(', ') }}
            ) as _last
        from {{ readings }}
        where {{ where }}
    ) as reading
    where _last = 1
{% endmacro %}
