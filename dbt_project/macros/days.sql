{#
  Which event days a build must touch. `none` means every day; a list means just those, as ISO
  dates. Everything here is decided before a query runs, so that only those days' files are read.
#}
{% macro changed_days(source_id) %}
    {%- set told = this_build('changed_days') -%}
    {%- if told is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if told is not mapping -%}
        {{ exceptions.raise_compiler_error(
            "changed_days holds " ~ told ~ "; expected {source: [YYYY-MM-DD, …]}"
        ) }}
    {%- endif -%}
    {%- set days = told.get(source_id, []) -%}
    {%- for day in days if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', day | string) -%}
        {{ exceptions.raise_compiler_error(
            "changed_days." ~ source_id ~ " holds " ~ day ~ "; expected dates as YYYY-MM-DD"
        ) }}
    {%- endfor -%}
    {{ return(days | map('string') | unique | sort | list) }}
{% endmacro %}


{#
  The days, hydrological days or months that an incremental model writes: those that a changed
  reading can reach, and those that were built under other rules (`rules_id`): so any sequence of
  builds ends in the rows of a full one, also when the register or a threshold changes.
#}
{% macro days_to_build(column) %}
    {%- set changed = changed_days('environment_sensor_readings') if is_incremental() else none -%}
    {%- if changed is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set reached = days_reached(changed, column, var('flag_reach')) -%}
    {{ return((reached + days_under_old_rules(column)) | unique | sort | list) }}
{% endmacro %}


{#
  What readings of those event days can change, in periods of a column. Flags reach further than the
  day. Of rain, a day holds the seven hours until its hydrological day ends and begins the next.
#}
{% macro days_reached(changed, column, reach) %}
    {%- set reached = days_around(changed, before=reach.after, after=reach.before) -%}
    {%- if column == 'hydrological_day' -%}
        {%- set reached = days_around(reached, before=0, after=1) -%}
    {%- elif column == 'month' -%}
        {%- set reached = months_of(reached) -%}
    {%- endif -%}
    {{ return(reached) }}
{% endmacro %}


{% macro days_under_old_rules(column) %}
    {%- set query -%}
        with rule_set as (
            select distinct station_id, rules_id from {{ ref('int_qartod_rule') }}
        )
        select distinct cast(built.{{ column }} as {{ dbt.type_string() }}) as stale_day
        from {{ this }} as built
        inner join rule_set as fallback on fallback.station_id = '*'
        left join rule_set as own on own.station_id = built.station_id
        where built.rules_id <> coalesce(own.rules_id, fallback.rules_id)
        order by stale_day
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list if execute else []) }}
{% endmacro %}


{# The day of a reading of rain: 07:00 to 07:00 in Thailand, which is a UTC day, named by its end.
   The reading is stamped with the end of its interval, so the one at 07:00 belongs to the day that
   ends then. #}
{% macro hydrological_day(observed_at) -%}
    {{ days_later(day_of(observed_at ~ " - interval '1' second", 'UTC'), 1) }}
{%- endmacro %}


{# A day of the epidemiological week that a day lies in: the first is its Sunday, the fourth its
   Wednesday. The Bureau of Epidemiology counts from Sunday to Saturday, and a week belongs to the
   year that has most of its days (its week 3 of 2009 was 18 to 24 January). #}
{% macro epi_week_day(day, number) -%}
    {{ days_later(day, '(' ~ (number - 1) ~ ' - cast(' ~ iso_weekday(day) ~ ' as integer) % 7)') }}
{%- endmacro %}


{# Those days and the ones before and after them. #}
{% macro days_around(days, before, after) %}
    {%- if days is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for day in days -%}
        {%- set centre = modules.datetime.datetime.strptime(day, '%Y-%m-%d') -%}
        {%- for offset in range(-before, after + 1) -%}
            {%- set near = centre + modules.datetime.timedelta(days=offset) -%}
            {%- do found.append(near.strftime('%Y-%m-%d')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | unique | sort | list) }}
{% endmacro %}


{# The first days of the months of those days. #}
{% macro months_of(days) %}
    {%- if days is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set months = [] -%}
    {%- for day in days -%}
        {%- do months.append(day[:7] ~ '-01') -%}
    {%- endfor -%}
    {{ return(months | unique | sort | list) }}
{% endmacro %}


{# A condition with literal dates: the form that DuckDB can turn into a choice of files. #}
{% macro is_one_of(column, days) -%}
    {%- if days is none -%}
        true
    {%- elif not days -%}
        false
    {%- else -%}
        {{ column }} in (date '{{ days | join("', date '") }}')
    {%- endif -%}
{%- endmacro %}


{#
  What a model says of itself that replaces the periods which a build reaches and keeps the others.
  Its table lies in the lake month by month, or each build would rewrite files of years: it is made
  empty and divided before its first row, since a file that was there before stays undivided.
#}
{% macro replaces(period) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'replace_days',
        'unique_key': period,
        'partitioned_by': ['year(' ~ period ~ ')', 'month(' ~ period ~ ')']
    }) }}
{% endmacro %}


{# Incremental strategy `replace_days`: a day that has no rows any more is emptied too, which
   delete+insert would leave as it was. `unique_key` names the column of days. #}
{% macro get_incremental_replace_days_sql(arguments) %}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ is_one_of(arguments.unique_key, days_to_build(arguments.unique_key)) }};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}
