{%- set named = ['station_id', 'name_th', 'name_en', 'latitude', 'longitude'] -%}
{%- set national = ['station_id', 'agency', 'latitude', 'longitude'] -%}
{%- set levels = ['ground_level_m_msl', 'min_bank_m_msl'] -%}
with

own as (
    select * from {{ ref('stg_environment_stations') }}
),

air_sensor as (
    {{ dated_readings(ref('stg_air_quality_sensors'), ['sensor_id', 'tambon_code']) }}
),

air_station as (
    select * from {{ ref('int_air4thai_station') }}
),

level_gauge as (
    {{ dated_readings(ref('stg_thaiwater_levels'), [
        'station_id', 'station_name_th', 'province_code', 'agency', 'latitude', 'longitude'
    ] + levels) }}
),

rain_gauge as (
    {{ dated_readings(ref('stg_thaiwater_rain'), [
        'station_id', 'station_name_th', 'province_code', 'agency', 'latitude', 'longitude'
    ]) }}
),

weather_station as (
    {{ dated_readings(ref('stg_tmd_weather'), [
        'station_id', 'name_th', 'name_en', 'province_code', 'latitude', 'longitude'
    ]) }}
),

water_probe as (
    {{ dated_readings(ref('stg_water_quality_probes'), ['station_id']) }}
),

water_sampling as (
    {{ dated_readings(
        ref('stg_pcd_water_quality'), ['station_id', 'station_name_th'], 'sampled_on', 'sampled_on'
    ) }}
),

final as (
    {{ station_rows('environment_stations', 'own', named + levels + ['kind', 'interval_minutes'],
        {'agency': "'PHUKET'", 'place_code': 'tambon_code'}) }}
    union all
    {{ station_rows('air_quality_sensors', 'air_sensor', [], {'station_id': 'sensor_id',
        'kind': "'air_sensor'", 'agency': "'PHUKET'", 'place_code': 'tambon_code',
        'interval_minutes': 60}) }}
    union all
    {{ station_rows('air4thai', 'air_station', named + ['place_code'],
        {'kind': "'air_station'", 'agency': "'PCD'", 'interval_minutes': 60}) }}
    union all
    {{ station_rows('thaiwater_levels', 'level_gauge', national + levels,
        {'name_th': 'station_name_th', 'kind': "'level_gauge'", 'place_code': 'province_code'}) }}
    union all
    {{ station_rows('thaiwater_rain', 'rain_gauge', national,
        {'name_th': 'station_name_th', 'kind': "'rain_gauge'", 'place_code': 'province_code'}) }}
    union all
    {{ station_rows('tmd_weather', 'weather_station', named, {'kind': "'weather_station'",
        'agency': "'TMD'", 'place_code': 'province_code', 'interval_minutes': 180}) }}
    union all
    {{ station_rows('water_quality_probes', 'water_probe', ['station_id'],
        {'kind': "'water_probe'", 'agency': "'PCD'", 'place_code': "'83'", 'interval_minutes': 60}) }}
    union all
    {{ station_rows('pcd_water_quality', 'water_sampling', ['station_id'],
        {'name_th': 'station_name_th', 'kind': "'water_sampling'", 'agency': "'PCD'",
        'place_code': "'83'"}) }}
)

select * from final
