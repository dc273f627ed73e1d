{%- set said -%}
    kind, name_th, name_en, place_code, latitude, longitude, interval_minutes, valid_from, valid_until
{%- endset %}
with

station as (
    select * from {{ ref('int_station') }}
),

access_point as (
    select
        *,
        'access_point' as kind,
        tambon_code as place_code,
        cast(null as bigint) as interval_minutes
    from {{ ref('stg_wifi_access_points') }}
),

-- Plate cameras (lpr, checkpoint) are the gates of `gate_pair`.
camera as (
    select
        *,
        tambon_code as place_code,
        cast(null as bigint) as interval_minutes
    from {{ ref('stg_cctv_cameras') }}
),

counting as (
    {{ dated_readings(ref('int_counting_zone_daily'), ['zone_id'], ['tambon_code']) }}
),

-- The counts tell the tambon of a zone, and no position.
zone as (
    select
        *,
        'counting_zone' as kind,
        cast(null as {{ dbt.type_string() }}) as name_th,
        cast(null as {{ dbt.type_string() }}) as name_en,
        tambon_code as place_code,
        cast(null as double) as latitude,
        cast(null as double) as longitude,
        cast(15 as bigint) as interval_minutes
    from counting
),

device as (
    select register, station_id as device_id, agency, {{ said }}
    from station
    union all
    select 'wifi_access_points' as register, access_point_id as device_id, 'PHUKET' as agency, {{ said }}
    from access_point
    union all
    select 'cctv_cameras' as register, camera_id as device_id, 'PHUKET' as agency, {{ said }}
    from camera
    union all
    select 'people_counts' as register, zone_id as device_id, 'PHUKET' as agency, {{ said }}
    from zone
),

final as (
    select
        register,
        device_id,
        kind,
        agency,
        name_th,
        name_en,
        place_code,
        latitude,
        longitude,
        interval_minutes,
        {{ known_from('valid_from') }} as valid_from,
        valid_from is not null as is_valid_from_known,
        valid_until
    from device
)

select * from final
