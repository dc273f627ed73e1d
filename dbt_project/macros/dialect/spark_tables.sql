{#
  How tables come into being on Spark: each whole, from the lake. It is the engine for rebuilding
  years; what is built by days is DuckDB's.
#}

{# A database of Spark's is a schema; there is no other above it. #}
{% macro spark__generate_database_name(custom_database_name=none, node=none) -%}
    {{ return(none) }}
{%- endmacro %}


{# The types of contracts are DuckDB's words. That all their columns are there dbt asks on Spark, too;
   that they hold the same values is what `make spark` proves. #}
{% macro spark__get_assert_columns_equivalent(sql) -%}
{%- endmacro %}

{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}


{% materialization incremental, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}


{# The adapter sends a seed's rows as literals, and an empty cell as the text `None`. Spark reads the
   file itself. #}
{% materialization seed, adapter='spark' %}
    {%- set rows = load_agate_table() -%}
    {%- do store_result('agate_table', response='OK', agate_table=rows) -%}
    {%- set types = config.get('column_types', {}) -%}
    {%- set seed = this.incorporate(type='table') -%}
    {%- set file = 'seed_' ~ this.identifier -%}
    {% call statement('read') %}
        create or replace temporary view {{ file }} using csv options (
            path '{{ model.root_path }}/{{ model.original_file_path }}',
            header 'true', multiLine 'true', escape '"'
        )
    {% endcall %}
    {% do adapter.drop_relation(seed) %}
    {% call statement('main') %}
        create table {{ seed }} using parquet as
        select
            {%- for column in rows.column_names %}
            {%- set type = types.get(column, adapter.convert_type(rows, loop.index0)) | lower %}
            cast({{ column }} as {{ 'string' if type == 'varchar' else type }}) as {{ column }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ file }}
    {% endcall %}
    {{ return({'relations': [seed]}) }}
{% endmaterialization %}
