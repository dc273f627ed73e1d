{# Whether a period can still change: final once its end and the source's look-back have passed
   at the build's instant. #}
{% macro status_of(period_end, lookback_days) -%}
    case when {{ has_passed(period_end, lookback_days) }} then 'final' else 'provisional' end
{%- endmacro %}


{# Whether an instant, and so many days more, lie behind the build. Without `as_of` nothing is known
   to. #}
{% macro has_passed(instant, days=0) -%}
    {%- set as_of = this_build('as_of') -%}
    {%- if as_of is none -%}
        false
    {%- elif not modules.re.fullmatch(
        '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})', as_of | string
    ) -%}
        {{ exceptions.raise_compiler_error(
            "as_of holds " ~ as_of ~ "; expected an instant with offset, such as "
            ~ "2026-01-09T02:00:00+07:00"
        ) }}
    {%- else -%}
        {{ instant }} + interval '{{ days }}' day <= {{ instant_of(as_of) }}
    {%- endif -%}
{%- endmacro %}


{# Why a figure of a register is there or not: reported, or the reason of the agency. #}
{% macro value_status(value, reason) -%}
    case when {{ value }} is not null then 'reported' else coalesce({{ reason }}, 'missing') end
{%- endmacro %}


{# A year of register figures is final when it is over and nothing is pending. #}
{% macro yearly_status(next_year, statuses) -%}
    case
        when 'pending' in ({{ statuses | join(', ') }}) then 'provisional'
        else {{ status_of(day_start(next_year), 0) }}
    end
{%- endmacro %}
