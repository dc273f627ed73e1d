{# Functions of time that engines spell differently; `spark.sql` holds Spark's spelling. #}

{# The instant at which a local day begins in a time zone. #}
{% macro day_start(day, zone='Asia/Bangkok') -%}
    {{ return(adapter.dispatch('day_start')(day, zone)) }}
{%- endmacro %}

{% macro duckdb__day_start(day, zone) -%}
    timezone('{{ zone }}', cast({{ day }} as timestamp))
{%- endmacro %}


{# The calendar day of an instant in a time zone. #}
{% macro day_of(instant, zone='Asia/Bangkok') -%}
    {{ return(adapter.dispatch('day_of')(instant, zone)) }}
{%- endmacro %}

{% macro duckdb__day_of(instant, zone) -%}
    cast(timezone('{{ zone }}', {{ instant }}) as date)
{%- endmacro %}


{# An instant as it is written in ISO 8601, with its offset. #}
{% macro instant_of(written) -%}
    {{ return(adapter.dispatch('instant_of')(written)) }}
{%- endmacro %}

{% macro duckdb__instant_of(written) -%}
    cast('{{ written }}' as timestamp with time zone)
{%- endmacro %}


{# How many times the clock's second changed from one instant to a later one; negative to an earlier. #}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    {{ dbt.datediff(earlier, later, 'second') }}
{%- endmacro %}


{# The year to which the ISO week of a day belongs. #}
{% macro iso_year(day) -%}
    {{ return(adapter.dispatch('iso_year')(day)) }}
{%- endmacro %}

{% macro duckdb__iso_year(day) -%}
    extract(isoyear from {{ day }})
{%- endmacro %}


{# 1 for Monday to 7 for Sunday. #}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%}
    extract(isodow from {{ day }})
{%- endmacro %}


{% macro first_of_year(year) -%}
    make_date({{ year }}, 1, 1)
{%- endmacro %}


{# A date so many days later, as a date. #}
{% macro days_later(day, days) -%}
    cast({{ day }} + {{ days }} as date)
{%- endmacro %}


{% macro first_of_month(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}


{% macro first_of_next_month(month) -%}
    cast({{ month }} + interval '1' month as date)
{%- endmacro %}


{# One row per day, both ends included, as column `day` of a derived table. #}
{% macro every_day(first_day, last_day) -%}
    {{ return(adapter.dispatch('every_day')(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__every_day(first_day, last_day) -%}
    select cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval '1' day)) as date)
        as day
{%- endmacro %}
