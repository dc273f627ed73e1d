{# Columns of the monthly water product that each of its four parameters has. #}

{% macro water_mean(parameter) -%}
    {{ rounded_mean('judged.' ~ parameter ~ '_sum', 'judged.' ~ parameter ~ '_n', 4) }}
{%- endmacro %}


{# A mean leaves suspect readings out; this is how many of those received it left out. #}
{% macro water_suspect_pct(parameter) -%}
    {{ share_pct('judged.' ~ parameter ~ '_suspect', 'judged.' ~ parameter ~ '_received') }}
{%- endmacro %}
