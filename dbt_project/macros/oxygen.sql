{# Dissolved oxygen at saturation in mg/L under one atmosphere, after Benson and Krause:
   temperature in degrees Celsius, salinity in PSU. Without salinity there is no answer. #}
{% macro oxygen_saturation_mg_l(temperature_celsius, salinity_psu) -%}
    {%- set t = '(' ~ temperature_celsius ~ ' + 273.15)' -%}
    exp(
        -139.34411
        + 1.575701e5 / {{ t }}
        - 6.642308e7 / power({{ t }}, 2)
        + 1.243800e10 / power({{ t }}, 3)
        - 8.621949e11 / power({{ t }}, 4)
        - {{ salinity_psu }} * (1.7674e-2 - 10.754 / {{ t }} + 2140.7 / power({{ t }}, 2))
    )
{%- endmacro %}
