{#
  Which share of its people and vehicles the simulated city shows at a moment: 1 in a real home, and no
  value where nobody recorded it. What is scaled (WiFi sessions, plate reads, counts, violations) is divided
  by it before it stands beside what is not (registers, accidents, complaints, cases), so that a ratio
  has no value where the scale has none.

  Asked when a model is compiled, as `this_build` is.
#}
{% macro city_scale(moment) -%}
    {%- set told = fromjson(env_var('CDP_DBT_CITY_SCALE', '{}')) if execute else {} -%}
    {%- set usual = 'null' if told.get('scale') is none else told.scale -%}
    {%- if told.get('whole') -%}
        case
            {%- for hours in told.whole %}
            when {{ moment }} >= {{ instant_of(hours.first) }} and {{ moment }} < {{ instant_of(hours.until) }}
                then cast(1 as decimal(18, 9))
            {%- endfor %}
            else cast({{ usual }} as decimal(18, 9))
        end
    {%- else -%}
        cast({{ usual }} as decimal(18, 9))
    {%- endif -%}
{%- endmacro %}
