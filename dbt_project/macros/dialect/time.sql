{# Functions of time that engines spell differently. #}

{# The instant at which a local day begins in a time zone. #}
{% macro day_start(day, zone='Asia/Bangkok') -%}
    timezone('{{ zone }}', cast({{ day }} as timestamp))
{%- endmacro %}


{# The calendar day of an instant in a time zone. #}
{% macro day_of(instant, zone='Asia/Bangkok') -%}
    cast(timezone('{{ zone }}', {{ instant }}) as date)
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
    select cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval '1' day)) as date)
        as day
{%- endmacro %}
