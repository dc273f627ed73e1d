{# The limits that each parameter has, as the seed names them. #}
{% macro qartod_limits() %}
    {{ return([
        'fail_min', 'fail_max', 'suspect_min', 'suspect_max', 'spike_suspect', 'spike_fail',
        'rate_suspect_per_h', 'rate_fail_per_h', 'flat_suspect_h', 'flat_fail_h', 'flat_tolerance',
        'flat_from'
    ]) }}
{% endmacro %}


{#
  QARTOD tests of one reading, with the semantics of ioos_qc 3.0: 1 good, 2 not evaluated,
  3 suspect, 4 fail, 9 missing; thresholds are strict. A reading without a value is missing
  whatever the tests say. The columns come from `int_environment_observation_flagged`.
#}
{% macro gross_range_flag() -%}
    case
        when value is null then 9
        when fail_min is null or fail_max is null then 2
        when value < fail_min or value > fail_max then 4
        when value < suspect_min or value > suspect_max then 3
        else 1
    end
{%- endmacro %}


{% macro spike_flag() -%}
    {%- set height = 'abs(value - (previous_value + next_value) / 2)' -%}
    case
        when value is null then 9
        when spike_suspect is null and spike_fail is null then 2
        when previous_value is null or next_value is null then 2
        when {{ height }} > spike_fail then 4
        when {{ height }} > spike_suspect then 3
        else 1
    end
{%- endmacro %}


{% macro rate_of_change_flag() -%}
    {%- set rate = float_ratio('abs(value - previous_value)', 'seconds_since_previous') -%}
    case
        when value is null then 9
        when rate_suspect_per_h is null and rate_fail_per_h is null then 2
        when previous_value is null then 1
        when {{ rate }} > rate_fail_per_h / 3600 then 4
        when {{ rate }} > rate_suspect_per_h / 3600 then 3
        else 1
    end
{%- endmacro %}


{# A window counts when it has all its readings and they lie within twice its length. Values below
   `flat_from` may repeat: drizzle tips a bucket once in ten minutes for hours. #}
{% macro flat_line_flag() -%}
    case
        when value is null then 9
        when suspect_steps is null and fail_steps is null then 2
        when value < flat_from then 1
        when fail_count > fail_steps and fail_range < flat_tolerance
            and fail_since >= observed_at - 2 * flat_fail_h * interval '1' hour then 4
        when suspect_count > suspect_steps and suspect_range < flat_tolerance
            and suspect_since >= observed_at - 2 * flat_suspect_h * interval '1' hour then 3
        else 1
    end
{%- endmacro %}


{# Precedence of ioos_qc: 4 before 3 before 1 before 2. #}
{% macro aggregate_flag(flags) -%}
    {%- set flags = flags | join(', ') -%}
    case
        when value is null then 9
        when 4 in ({{ flags }}) then 4
        when 3 in ({{ flags }}) then 3
        when 1 in ({{ flags }}) then 1
        else 2
    end
{%- endmacro %}


{# Which readings enter means and percentiles: good, and not evaluated. Rain is a sum and keeps the
   suspect ones (`is_measured_rain`). #}
{% macro is_usable(flag) -%}
    {{ flag }} in (1, 2)
{%- endmacro %}
