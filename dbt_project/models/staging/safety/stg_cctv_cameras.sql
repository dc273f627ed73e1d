with

dated as (
    {{ dated_rows('cctv_cameras') }}
),

final as (
    select
        camera_id,
        kind,
        name_th,
        name_en,
        tambon_code,
        road_th,
        road_en,
        highway,
        position as position_m,
        latitude,
        longitude,
        is_working,
        valid_from,
        valid_until,
        _received_at as received_at
    from dated
)

select * from final
