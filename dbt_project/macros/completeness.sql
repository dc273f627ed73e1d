{# Share of the expected readings that could be used, in percent. A station that sends more often
   than its register says is complete, not more than complete. Both are whole numbers. #}
{% macro completeness_pct(usable, expected) -%}
    least(100.0, {{ share_pct('coalesce(' ~ usable ~ ', 0)', expected) }})
{%- endmacro %}


{# How many readings a station sends a day. #}
{% macro readings_a_day(interval_minutes) -%}
    greatest(1, {{ whole_quotient('1440', interval_minutes) }})
{%- endmacro %}
