with

winning as (
    {{ winning_rows('pcd_water_quality') }}
),

final as (
    select
        year,
        sampling_round,
        sampled_on,
        station_id,
        station_name_th,
        parameter,
        value,
        unit,
        status,
        agency,
        value_reason,
        _received_at as received_at
    from winning
)

select * from final
