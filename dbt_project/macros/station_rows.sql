{#
  Stations of one register in the columns that all have: `has` are those that it has under the same name,
  `said` tells of others what they are there. What a register says nothing of is empty.
#}
{% macro station_rows(register, table, has, said) -%}
    {%- set columns = {
        'station_id': dbt.type_string(),
        'kind': dbt.type_string(),
        'agency': dbt.type_string(),
        'name_th': dbt.type_string(),
        'name_en': dbt.type_string(),
        'place_code': dbt.type_string(),
        'latitude': 'double',
        'longitude': 'double',
        'ground_level_m_msl': 'double',
        'min_bank_m_msl': 'double',
        'interval_minutes': 'bigint'
    } -%}
    select
        '{{ register }}' as register,
        {%- for column, type in columns.items() %}
        cast({{ column if column in has else said.get(column, 'null') }} as {{ type }}) as {{ column }},
        {%- endfor %}
        valid_from,
        valid_until
    from {{ table }}
{%- endmacro %}
