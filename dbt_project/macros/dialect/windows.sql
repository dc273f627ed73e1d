{#
  Windows; those without another partition go over one series (station and parameter) in time.
  `spark.sql` holds how Spark spells those that it has no words for.
#}

{# The value before (`lag`) or after (`lead`) the reading, unless it is more than a day away. #}
{% macro neighbour(direction, column) -%}
    case
        when abs({{ seconds_between('observed_at', direction ~ '(observed_at) over by_time') }})
            <= 86400
            then {{ direction }}({{ column }}) over by_time
    end
{%- endmacro %}


{# A table to be looked at through windows of so many steps: as it is, or with its rows numbered
   where the engine needs that. #}
{% macro in_steps(table) -%}
    {{ return(adapter.dispatch('in_steps')(table)) }}
{%- endmacro %}

{% macro duckdb__in_steps(table) -%}
    {{ table }}
{%- endmacro %}


{# The reading and so many before it of one interval. The number is a column, and the same among these. #}
{% macro window_of_steps(name, steps) -%}
    {{ return(adapter.dispatch('window_of_steps')(name, steps)) }}
{%- endmacro %}

{% macro duckdb__window_of_steps(name, steps) -%}
    {{ name }} as (
        partition by station_id, parameter, interval_minutes order by observed_at
        rows between coalesce({{ steps }}, 0) preceding and current row
    )
{%- endmacro %}


{# A row for each whole number from one to another; none where the second is less than the first. #}
{% macro each_number(first, last) -%}
    {{ return(adapter.dispatch('each_number')(first, last)) }}
{%- endmacro %}

{% macro duckdb__each_number(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}
