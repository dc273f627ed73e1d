{# Fingerprints of periods, which only the engine of the nights keeps: Spark makes everything. #}

{#
  What the rows that were written are made from, kept in the transaction that writes them: a build
  that ends in between has done neither. dbt runs it after each model and seed.
#}
{% macro keep_fingerprints() -%}
    {{ return(adapter.dispatch('keep_fingerprints')()) }}
{%- endmacro %}

{% macro duckdb__keep_fingerprints() -%}
    {%- set told = this_build('fingerprints') -%}
    {%- if told -%}
    {%- set periods = (this_build('periods') or {}).get(model.name) -%}
    delete from lake.main.period_fingerprint
    where model = '{{ model.name }}'
        {%- if periods is not none %}
        and (period is null or {{ is_one_of('period', periods) }})
        {%- endif %};
    insert into lake.main.period_fingerprint (model, period, fingerprint)
    select
        model,
        cast(period as date) as period,
        fingerprint
    from read_json(
        '{{ told | replace("'", "''") }}',
        format = 'newline_delimited',
        columns = {model: 'varchar', period: 'varchar', fingerprint: 'varchar'}
    )
    where model = '{{ model.name }}'
    {%- endif -%}
{%- endmacro %}


{# A build that nobody planned does not know what its rows are made from, and says so. #}
{% macro forget_fingerprints() -%}
    {{ return(adapter.dispatch('forget_fingerprints')()) }}
{%- endmacro %}

{% macro duckdb__forget_fingerprints() -%}
    {%- if execute and not this_build('fingerprints') and flags.WHICH in ('run', 'build', 'seed') -%}
    drop table if exists lake.main.period_fingerprint
    {%- endif -%}
{%- endmacro %}
