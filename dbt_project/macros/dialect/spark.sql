{#
  How Spark says what `numbers.sql`, `time.sql` and `windows.sql` ask for, to the same digit. Another
  engine is another file like this one. Spark runs in UTC, and strictly (ANSI): what overflows or is
  not there is an error, never an empty value.
#}

{% macro spark__whole_quotient(whole, by) -%}
    ({{ whole }} div {{ by }})
{%- endmacro %}


{% macro spark__float_ratio(numerator, denominator) -%}
    case
        when {{ denominator }} = 0 then double('Infinity')
        else try_divide({{ numerator }}, {{ denominator }})
    end
{%- endmacro %}


{# Multiplied, a decimal of 38 digits loses places behind the point; this one has none to lose. #}
{% macro spark__rounded_ratio(numerator, denominator, digits) -%}
    {%- set scaled = 'cast(cast(' ~ numerator ~ ' as decimal(28, 10)) * 10000000000 as decimal(38, 0))' -%}
    {%- set half_up = '((2 * abs(' ~ scaled ~ ') * ' ~ 10 ** digits ~ ' + 10000000000 * '
        ~ denominator ~ ') div (2 * 10000000000 * ' ~ denominator ~ '))' -%}
    cast(
        cast(case when {{ scaled }} < 0 then -{{ half_up }} else {{ half_up }} end as decimal(28, 0))
        * 0.{{ '0' * (digits - 1) }}1
        as double
    )
{%- endmacro %}


{% macro spark__in_order(value) -%}
    sort_array(collect_list({{ exact(value) }}))
{%- endmacro %}


{% macro spark__how_many(values) -%}
    size({{ values }})
{%- endmacro %}


{# Spark counts from zero here, and has an empty list where DuckDB has none. #}
{% macro spark__percentile(values, share) -%}
    {%- set rank = '((size(' ~ values ~ ') - 1) * ' ~ share ~ ')' -%}
    {%- set below = 'get(' ~ values ~ ', cast(floor(' ~ rank ~ ') as int))' -%}
    {%- set above = 'get(' ~ values ~ ', cast(ceil(' ~ rank ~ ') as int))' -%}
    (
        {{ below }}
        + cast({{ rank }} - floor({{ rank }}) as decimal(5, 4)) * ({{ above }} - {{ below }})
    )
{%- endmacro %}


{% macro spark__day_start(day, zone) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), '{{ zone }}')
{%- endmacro %}


{% macro spark__day_of(instant, zone) -%}
    cast(from_utc_timestamp({{ instant }}, '{{ zone }}') as date)
{%- endmacro %}


{% macro spark__instant_of(written) -%}
    cast('{{ written }}' as timestamp)
{%- endmacro %}


{% macro spark__seconds_between(earlier, later) -%}
    (unix_seconds({{ later }}) - unix_seconds({{ earlier }}))
{%- endmacro %}


{% macro spark__iso_year(day) -%}
    extract(yearofweek from {{ day }})
{%- endmacro %}


{% macro spark__iso_weekday(day) -%}
    extract(dayofweek_iso from {{ day }})
{%- endmacro %}


{% macro spark__every_day(first_day, last_day) -%}
    select explode(sequence({{ first_day }}, {{ last_day }}, interval '1' day)) as day
{%- endmacro %}


{# A frame of Spark's has literal bounds only. Where each step is so small a part of one that all
   of them together make one, the frame is one long for every series; a little more, since parts of
   one are floating point, but less than half a step of ten thousand. #}
{% macro spark__window_of_steps(name, steps) -%}
    {{ name }} as (
        partition by station_id, parameter, interval_minutes
        order by _step * coalesce(1D / nullif({{ steps }}, 0), 2D)
        range between 1.00004D preceding and current row
    )
{%- endmacro %}


{% macro spark__in_steps(table) -%}
    (
        select
            *,
            row_number() over (
                partition by station_id, parameter, interval_minutes order by observed_at
            ) as _step
        from {{ table }}
    ) as {{ table }}
{%- endmacro %}


{% macro spark__keep_fingerprints() -%}
{%- endmacro %}


{% macro spark__forget_fingerprints() -%}
{%- endmacro %}


{# A sequence that ends below its beginning would run backwards. #}
{% macro spark__each_number(first, last) -%}
    explode(case when {{ last }} >= {{ first }} then sequence(bigint({{ first }}), bigint({{ last }})) end)
{%- endmacro %}
