{#
  Arithmetic of published figures: decimals and whole numbers, never floating point, whose sums
  depend on the order of the rows and whose halves round either way. Rounded once, at the end.
  What engines spell differently is found by the engine's name; `spark.sql` holds Spark's spelling.
#}

{# A measured number as a decimal. Ten decimals keep what a conversion of units leaves. #}
{% macro exact(value) -%}
    cast({{ value }} as decimal(28, 10))
{%- endmacro %}


{# How many times the second whole number goes into the first. #}
{% macro whole_quotient(whole, by) -%}
    {{ return(adapter.dispatch('whole_quotient')(whole, by)) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(whole, by) -%}
    {{ whole }} // {{ by }}
{%- endmacro %}


{# A measured number by another as floating point, to be held against a limit, never published. By
   zero it is above every limit. #}
{% macro float_ratio(numerator, denominator) -%}
    {{ return(adapter.dispatch('float_ratio')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__float_ratio(numerator, denominator) -%}
    {{ numerator }} / {{ denominator }}
{%- endmacro %}


{# A decimal or whole number by a whole number above zero, rounded half up (away from zero):
   6.15375 is 6.1538. Engines divide decimals as floating point, whole numbers exactly. #}
{% macro rounded_ratio(numerator, denominator, digits) -%}
    {{ return(adapter.dispatch('rounded_ratio')(numerator, denominator, digits)) }}
{%- endmacro %}

{% macro duckdb__rounded_ratio(numerator, denominator, digits) -%}
    {%- set scaled = 'cast(cast(' ~ numerator ~ ' as decimal(38, 10)) * 10000000000 as hugeint)' -%}
    {%- set half_up = '(2 * abs(' ~ scaled ~ ') * ' ~ 10 ** digits ~ ' + 10000000000 * '
        ~ denominator ~ ') // (2 * 10000000000 * ' ~ denominator ~ ')' -%}
    cast(
        cast(sign({{ scaled }}) * ({{ half_up }}) as decimal(38, 0))
        * 0.{{ '0' * (digits - 1) }}1
        as double
    )
{%- endmacro %}


{# Mean of so many values from their exact sum; nothing where there are none. #}
{% macro rounded_mean(total, n, digits) -%}
    case when {{ n }} > 0 then {{ rounded_ratio(total, n, digits) }} end
{%- endmacro %}


{# So many of so many in percent, with one decimal; nothing of none. #}
{% macro share_pct(part, whole) -%}
    case when {{ whole }} > 0 then {{ rounded_ratio('100 * (' ~ part ~ ')', whole, 1) }} end
{%- endmacro %}


{# An exact value as it is published. #}
{% macro rounded(value, digits) -%}
    cast(round({{ value }}, {{ digits }}) as double)
{%- endmacro %}


{# The values of a group in their order, to take percentiles from. #}
{% macro in_order(value) -%}
    {{ return(adapter.dispatch('in_order')(value)) }}
{%- endmacro %}

{% macro duckdb__in_order(value) -%}
    list({{ exact(value) }} order by {{ value }}) filter (where {{ value }} is not null)
{%- endmacro %}


{# How many values stand in order; none where there is no list of them. #}
{% macro how_many(values) -%}
    {{ return(adapter.dispatch('how_many')(values)) }}
{%- endmacro %}

{% macro duckdb__how_many(values) -%}
    coalesce(len({{ values }}), 0)
{%- endmacro %}


{# The percentile of values in order by linear interpolation (type 7, that of numpy), exact when
   `share` is a short decimal such as '0.2'. #}
{% macro percentile(values, share) -%}
    {{ return(adapter.dispatch('percentile')(values, share)) }}
{%- endmacro %}

{% macro duckdb__percentile(values, share) -%}
    {%- set rank = '((len(' ~ values ~ ') - 1) * ' ~ share ~ ')' -%}
    {%- set below = values ~ '[1 + cast(floor(' ~ rank ~ ') as bigint)]' -%}
    {%- set above = values ~ '[1 + cast(ceil(' ~ rank ~ ') as bigint)]' -%}
    ({{ below }} + ({{ rank }} - floor({{ rank }})) * ({{ above }} - {{ below }}))
{%- endmacro %}
