{#
  Stations of one register in the columns that all have. `said` tells what they are there; what a
  register says nothing of is empty.
#}
{% macro station_columns() %}
    {{ return({
        'station_id': dbt.type_string(),
        'kind': dbt.type_string(),
        'agency': dbt.type_string(),
        'name_th': dbt.type_string(),
        'name_en': dbt.type_string(),
        'place': dbt.type_string(),
        'latitude': 'double',
        'longitude': 'double',
        'ground_level_m_msl': 'double',
        'min_bank_m_msl': 'double',
        'interval_minutes': 'bigint'
    }) }}
{% endmacro %}


{% macro station_row(register, said) %}
    {%- set row = {'register': "'" ~ register ~ "'"} -%}
    {%- for column, type in station_columns().items() -%}
        {%- do row.update({column: 'cast(' ~ said.get(column, 'null') ~ ' as ' ~ type ~ ')'}) -%}
    {%- endfor -%}
    {{ return(row) }}
{% endmacro %}


{# What the last reading of each day to be built said of the stations of a source. #}
{% macro station_readings(register, readings, station, said) -%}
    {%- set whole = dict(said, station_id=station) -%}
    {{ said_of_stations(
        readings, is_read('stg_' ~ register, 'event_day'), station, station_row(register, whole)
    ) }}
{%- endmacro %}
