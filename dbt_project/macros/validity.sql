{#
  The days on which a version of a register's row holds, as tables tell them: both are included, and no
  `valid_until` is until further notice. What holds since ever begins with the calendar, as in
  `dim_authority_area`, and says beside it that its true day is not known.
#}
{% macro known_from(valid_from) -%}
    coalesce({{ valid_from }}, cast('{{ var('calendar').first }}' as date))
{%- endmacro %}


{# Whether a version holds at the build's instant. Without `as_of`: whether no end of it is known. #}
{% macro is_in_force(valid_from, valid_until) -%}
    {%- if this_build('as_of') is none -%}
        {{ valid_until }} is null
    {%- else -%}
        not coalesce({{ has_passed(day_start(days_later(valid_until, 1))) }}, false)
        and coalesce({{ has_passed(day_start(valid_from)) }}, true)
    {%- endif -%}
{%- endmacro %}


{# A version that has ended is final. One in force may end any day. #}
{% macro status_of_version(valid_until) -%}
    case
        when {{ has_passed(day_start(days_later(valid_until, 1))) }} then 'final'
        else 'provisional'
    end
{%- endmacro %}
