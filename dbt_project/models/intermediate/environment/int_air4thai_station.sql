with

station as (
    {{ dated_readings(ref('stg_air4thai'), [
        'station_id', 'name_th', 'name_en', 'area_th', 'latitude', 'longitude'
    ]) }}
),

tambon as (
    select * from {{ ref('place') }} where level = 'tambon'
),

-- The place is a text: ต.(tambon) อ.(amphoe), (province).
final as (
    select
        station.station_id,
        station.name_th,
        station.name_en,
        station.latitude,
        station.longitude,
        case when station.area_th like '%ภูเก็ต' then coalesce(tambon.place_code, '83') end
            as place_code,
        station.valid_from,
        station.valid_until
    from station
    left join tambon on station.area_th like concat('ต.', tambon.name_th, ' %ภูเก็ต')
)

select * from final
