with

winning as (
    {{ winning_rows('population') }}
),

final as (
    select
        counted_on,
        registration_office,
        tambon_code,
        village_code,
        men,
        women,
        people,
        houses,
        _received_at as received_at
    from winning
)

select * from final
