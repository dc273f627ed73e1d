{# Classes of the Thai Meteorological Department on the day total, rounded to 0.1 mm. The total
   must be a decimal: as floating point, 10.05 mm would round down and stay light. #}
{% macro rain_class(total_mm) -%}
    {%- set rounded = 'round(' ~ total_mm ~ ', 1)' -%}
    case
        when {{ total_mm }} is null then null
        when {{ total_mm }} = 0 then 'none'
        when {{ rounded }} < 0.1 then 'trace'
        when {{ rounded }} <= 10.0 then 'light'
        when {{ rounded }} <= 35.0 then 'moderate'
        when {{ rounded }} <= 90.0 then 'heavy'
        else 'very_heavy'
    end
{%- endmacro %}
