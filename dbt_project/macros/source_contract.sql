{# What the contract of one source says, in this deployment. #}
{% macro source_contract(source_id) %}
    {%- set contracts = source_contracts() -%}
    {%- do contracts.update(this_build('overlay') or {}) -%}
    {%- if source_id not in contracts -%}
        {{ exceptions.raise_compiler_error(
            "no source contract is named '" ~ source_id ~ "'; write one under ingestion/contracts "
            ~ "and run cdp generate"
        ) }}
    {%- endif -%}
    {{ return(contracts[source_id]) }}
{% endmacro %}
