{#
  What one build is told, as JSON in the environment:
  as_of: the instant of the build, ISO 8601 with offset. Without it no period counts as final.
  changed_days: event days that new or late deliveries touched, {source: [YYYY-MM-DD, …]}. Without it
  everything is built anew; an empty list means that the source brought nothing.
  overlay: words of the contracts that this deployment reads otherwise (CDP_CONTRACTS_OVERLAY).

  Asked when a model is compiled, never while the project is read: dbt keeps what it has read only as
  long as its variables are the same, and these are others every night.
#}
{% macro this_build(word) %}
    {%- set told = fromjson(env_var('CDP_DBT_BUILD', '{}')) if execute else {} -%}
    {{ return(told.get(word)) }}
{% endmacro %}


{# A source where it lies in this deployment, which the project that was read does not know either. #}
{% macro in_the_lake(table) -%}
    {%- set lake = env_var('CDP_DBT_LAKE', '../.cdp/lake') if execute else '' -%}
    {{ table | string | replace('{lake}', lake | replace("'", "''")) }}
{%- endmacro %}
