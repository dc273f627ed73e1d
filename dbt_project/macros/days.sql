{# The day of a reading of rain: 07:00 to 07:00 in Thailand, which is a UTC day, named by its end.
   The reading is stamped with the end of its interval, so the one at 07:00 belongs to the day that
   ends then. #}
{% macro hydrological_day(observed_at) -%}
    {{ days_later(day_of(observed_at ~ " - interval '1' second", 'UTC'), 1) }}
{%- endmacro %}


{# A day of the epidemiological week that a day lies in: the first is its Sunday, the fourth its
   Wednesday. The Bureau of Epidemiology counts from Sunday to Saturday, and a week belongs to the
   year that has most of its days (its week 3 of 2009 was 18 to 24 January). #}
{% macro epi_week_day(day, number) -%}
    {{ days_later(day, '(' ~ (number - 1) ~ ' - cast(' ~ iso_weekday(day) ~ ' as integer) % 7)') }}
{%- endmacro %}


{# Whether a row of a register or a seed holds on a day (`dated_rows`). #}
{% macro holds_on(dated, day) -%}
    (
        coalesce({{ dated }}.valid_from <= {{ day }}, true)
        and coalesce({{ dated }}.valid_until >= {{ day }}, true)
    )
{%- endmacro %}


{# A condition with literal dates: the form that DuckDB can turn into a choice of files. #}
{% macro is_one_of(column, days) -%}
    {%- if days is none -%}
        true
    {%- elif not days -%}
        false
    {%- else -%}
        {{ column }} in (date '{{ days | join("', date '") }}')
    {%- endif -%}
{%- endmacro %}
