{# Classes of the Thai Meteorological Department on the day total, rounded to 0.1 mm. The total
   must be a decimal: as floating point, 10.05 mm would round down and stay light. #}
{% macro rain_class(total_mm) -%}
    {%- set rounded = 'round(' ~ total_mm ~ ', 1)' -%}
    case
        when {{ total_mm }} is null then null
        when {{ total_mm }} = 0 then 'none'
        when {{ rounded }} < 0.1 then 'trace'
        when {{ rounded }} <= 10.0 then 'light'
        when {{ rounded }} <= 35.0 then 'moderate'
        when {{ rounded }} <= 90.0 then 'heavy'
        else 'very_heavy'
    end
{%- endmacro %}


{#
  Why there is a total of a day, or none. not_yet: the day is not over. missing: steps are absent or
  have no value. below_quality: they are there and failed, or say more than can fall in a day.
  suspect: there is a total, and some of its rain is suspect.
#}
{% macro rain_total_status(day, period_end) -%}
    {%- set of_the_day = 'coalesce(' ~ day ~ '.seconds_measured, 0)' -%}
    {%- set with_failed = '(' ~ of_the_day ~ ' + coalesce(' ~ day ~ '.failed * 60 * ' ~ day
        ~ '.interval_minutes, 0))' -%}
    case
        when not {{ has_passed(period_end) }}
            and (10 * {{ of_the_day }} < 9 * 86400 or {{ day }}.lost_beside_rain > 0) then 'not_yet'
        when 10 * {{ with_failed }} < 9 * 86400 then 'missing'
        when {{ day }}.lost_beside_rain > {{ day }}.failed_beside_rain then 'missing'
        when 10 * {{ of_the_day }} < 9 * 86400 then 'below_quality'
        when {{ day }}.failed_beside_rain > 0 then 'below_quality'
        when {{ day }}.total_mm > {{ var('rain_day_limit_mm') }} then 'below_quality'
        when {{ day }}.suspect > 0 then 'suspect'
        else 'ok'
    end
{%- endmacro %}
