{# Share of the expected readings that could be used, in percent. A station that sends more often
   than its register says is complete, not more than complete. #}
{% macro completeness_pct(usable, expected) -%}
    least(100.0, round(100.0 * coalesce({{ usable }}, 0) / {{ expected }}, 1))
{%- endmacro %}
