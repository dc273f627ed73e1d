{#
  What one build is told, as JSON in the environment:
  as_of: the instant of the build, ISO 8601 with offset. Without it no period counts as final.
  periods: of a model that is not made anew, the periods to be written, {model: [YYYY-MM-DD, …]}.
  reads: what of its parents those are made from, {model: {parent: [YYYY-MM-DD, …]}}.
  anew: the models that are made as a whole. spans: first and last day, of models with silent days.
  tested: the periods or days that tests look at, {model or source: [YYYY-MM-DD, …]}; else all.
  fingerprints: a file of JSON lines that says what the rows to be written are made from.
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
