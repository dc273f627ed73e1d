{#
  Which periods of a model a build writes, and which of its parents it reads for them. Both are told
  by whoever planned the build (`this_build`), from the fingerprints of all periods: here nothing is
  asked of the database while a model is compiled. Told nothing, a build makes everything.
#}

{# The periods that an incremental model writes, as ISO dates; none for all of them. #}
{% macro periods_to_build() %}
    {{ return((this_build('periods') or {}).get(model.name) if is_incremental() else none) }}
{% endmacro %}


{# The periods (or days) of a parent that those are made from; none for all of them. How far they
   reach is said by the model's YAML (`meta: reads:`). #}
{% macro periods_read(parent) %}
    {%- set told = (this_build('reads') or {}).get(model.name, {}) if is_incremental() else {} -%}
    {{ return(told.get(parent)) }}
{% endmacro %}


{# Rows of a parent that the periods to be written are made from, by its column of days. #}
{% macro is_read(parent, column) -%}
    {{ is_one_of(column, periods_read(parent)) }}
{%- endmacro %}


{# Rows of the periods to be written. #}
{% macro is_to_build(column) -%}
    {{ is_one_of(column, periods_to_build()) }}
{%- endmacro %}


{#
  The days of a model that has rows also for days on which nothing was reported (`meta: silent:`):
  those between the first and the last day that any delivery told of, and those of its own rows.
#}
{% macro each_day_of(measured, column) -%}
    {%- set span = (this_build('spans') or {}).get(model.name) -%}
    {%- if span %}
    select spine.day from (
        {{ every_day("date '" ~ span[0] ~ "'", "date '" ~ span[1] ~ "'") }}
    ) as spine
    where {{ is_to_build('spine.day') }}
    union
    select {{ column }} as day from {{ measured }} where {{ is_to_build(column) }}
    {%- else %}
    {{ every_day('min(' ~ column ~ ')', 'max(' ~ column ~ ')') }}
    from {{ measured }}
    {%- endif %}
{%- endmacro %}


{#
  What a model says of itself that replaces the periods which a build makes and keeps the others.
  Its table lies in the lake month by month, or each build would rewrite files of years: it is made
  empty and divided before its first row, since a file that was there before stays undivided.
#}
{% macro replaces(period) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'replace_periods',
        'on_schema_change': 'fail',
        'unique_key': period,
        'partitioned_by': ['year(' ~ period ~ ')', 'month(' ~ period ~ ')']
    }) }}
{% endmacro %}


{# Incremental strategy `replace_periods`: one that has no rows any more is emptied too, which
   delete+insert would leave as it was. `unique_key` names the column of periods. #}
{% macro get_incremental_replace_periods_sql(arguments) %}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ is_to_build(arguments.unique_key) }};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}


{# Is a table made anew as a whole? Asked by dbt, which knows only `--full-refresh`. #}
{% macro should_full_refresh() %}
    {{ return(flags.FULL_REFRESH or model.name in (this_build('anew') or [])) }}
{% endmacro %}
