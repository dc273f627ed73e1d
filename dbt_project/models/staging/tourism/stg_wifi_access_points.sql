with

dated as (
    {{ dated_rows('wifi_access_points', ['clients', 'clients_reason', 'reported_at']) }}
),

final as (
    select
        access_point_id,
        access_point_mac,
        name_th,
        name_en,
        tambon_code,
        latitude,
        longitude,
        networks,
        state,
        valid_from,
        valid_until,
        _received_at as received_at
    from dated
)

select * from final
