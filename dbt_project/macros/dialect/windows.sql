{# Windows; those without another partition go over one series (station and parameter) in time. #}

{# The value before (`lag`) or after (`lead`) the reading, unless it is more than a day away. #}
{% macro neighbour(direction, column) -%}
    case
        when abs({{ dbt.datediff('observed_at', direction ~ '(observed_at) over by_time', 'second') }})
            <= 86400
            then {{ direction }}({{ column }}) over by_time
    end
{%- endmacro %}


{# The reading and so many before it. The number is a column: engines that allow only literals
   here need the rows numbered and joined instead. #}
{% macro window_of_steps(name, steps) -%}
    {{ name }} as (
        partition by station_id, parameter order by observed_at
        rows between coalesce({{ steps }}, 0) preceding and current row
    )
{%- endmacro %}


{# The texts of all rows of a partition, one after the other. #}
{% macro joined_over(text, partition, order) -%}
    string_agg({{ text }}, '') over (
        partition by {{ partition }} order by {{ order }}
        rows between unbounded preceding and unbounded following
    )
{%- endmacro %}


{# A row for each whole number from one to another. #}
{% macro each_number(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}
