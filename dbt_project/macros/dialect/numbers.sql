{# Sums and means that do not depend on the order of the rows: floating point does. #}

{% macro exact(value) -%}
    cast({{ value }} as decimal(18, 6))
{%- endmacro %}


{# One value that tells whether any of these columns changed. #}
{% macro fingerprint(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    md5({{ parts | join(" || '|' || ") }})
{%- endmacro %}
