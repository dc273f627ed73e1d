{{ config(replaces('event_day')) }}

{%- set where = {'latitude': 'latitude', 'longitude': 'longitude'} -%}
{%- set thaiwater = dict(
    where, name_th='station_name_th', agency='agency', place='province_code'
) -%}
with

final as (
    {{ station_readings('air_quality_sensors', ref('stg_air_quality_sensors'), 'sensor_id', {
        'kind': "'air_sensor'", 'agency': "'PHUKET'", 'place': 'tambon_code', 'interval_minutes': 60
    }) }}
    union all
    {{ station_readings('air4thai', ref('stg_air4thai'), 'station_id', dict(
        where, kind="'air_station'", agency="'PCD'", name_th='name_th', name_en='name_en',
        place='area_th', interval_minutes=60
    )) }}
    union all
    {{ station_readings('thaiwater_levels', ref('stg_thaiwater_levels'), 'station_id', dict(
        thaiwater, kind="'level_gauge'", ground_level_m_msl='ground_level_m_msl',
        min_bank_m_msl='min_bank_m_msl'
    )) }}
    union all
    {{ station_readings('thaiwater_rain', ref('stg_thaiwater_rain'), 'station_id', dict(
        thaiwater, kind="'rain_gauge'"
    )) }}
    union all
    {{ station_readings('tmd_weather', ref('stg_tmd_weather'), 'station_id', dict(
        where, kind="'weather_station'", agency="'TMD'", name_th='name_th', name_en='name_en',
        place='province_code', interval_minutes=180
    )) }}
    union all
    {{ station_readings('water_quality_probes', ref('stg_water_quality_probes'), 'station_id', {
        'kind': "'water_probe'", 'agency': "'PCD'", 'place': "'83'", 'interval_minutes': 60
    }) }}
)

select * from final
