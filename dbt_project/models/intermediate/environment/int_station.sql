{%- set said = station_columns().keys() | reject('equalto', 'station_id') | list -%}
with

own as (
    select * from {{ ref('stg_environment_stations') }}
),

own_station as (
    select
        {%- for name, expression in station_row('environment_stations', {
            'station_id': 'station_id', 'kind': 'kind', 'agency': "'PHUKET'", 'name_th': 'name_th',
            'name_en': 'name_en', 'place': 'tambon_code', 'latitude': 'latitude',
            'longitude': 'longitude', 'ground_level_m_msl': 'ground_level_m_msl',
            'min_bank_m_msl': 'min_bank_m_msl', 'interval_minutes': 'interval_minutes'
        }).items() %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        valid_from,
        valid_until
    from own
),

-- Agencies that send no register.
seen as (
    {{ dated_readings(ref('int_station_daily'), ['register', 'station_id'], said) }}
),

sampling as (
    {{ said_of_stations(
        ref('stg_pcd_water_quality'), 'true', 'station_id', station_row('pcd_water_quality', {
            'station_id': 'station_id', 'name_th': 'station_name_th', 'kind': "'water_sampling'",
            'agency': "'PCD'", 'place': "'83'"
        }), at='sampled_on', day='sampled_on'
    ) }}
),

sampled as (
    {{ dated_readings('sampling', ['register', 'station_id'], said) }}
),

station as (
    select * from own_station
    union all
    select * from seen
    union all
    select * from sampled
),

tambon as (
    select * from {{ ref('place') }} where level = 'tambon'
),

-- The Pollution Control Department tells a place as a text: ต.(tambon) อ.(amphoe), (province).
final as (
    select
        station.register,
        station.station_id,
        station.kind,
        station.agency,
        station.name_th,
        station.name_en,
        case
            when station.register <> 'air4thai' then station.place
            when station.place like '%ภูเก็ต' then coalesce(tambon.place_code, '83')
        end as place_code,
        station.latitude,
        station.longitude,
        station.ground_level_m_msl,
        station.min_bank_m_msl,
        station.interval_minutes,
        station.valid_from,
        station.valid_until
    from station
    left join tambon
        on station.register = 'air4thai'
        and station.place like concat('ต.', tambon.name_th, ' %ภูเก็ต')
)

select * from final
