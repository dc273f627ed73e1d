with

authority as (
    select * from {{ ref('authority') }}
),

area as (
    select * from {{ ref('authority_area') }}
),

-- The register as last received, which knows no villages.
registered as (
    select distinct authority_id, kind, tambon_code from {{ ref('stg_local_authorities') }}
),

-- What an authority was, and where it governed, while both held.
final as (
    select
        area.authority_id,
        authority.tier,
        authority.kind,
        authority.name_th,
        authority.name_en,
        area.tambon_code,
        area.village_code,
        area.extent,
        coalesce(
            greatest(area.valid_from, authority.valid_from),
            cast('{{ var('calendar').first }}' as date)
        ) as valid_from,
        coalesce(area.valid_from, authority.valid_from) is not null as is_valid_from_known,
        least(area.valid_until, authority.valid_until) as valid_until,
        registered.authority_id is not null as is_registered
    from area
    inner join authority
        on area.authority_id = authority.authority_id
        and coalesce(area.valid_from <= authority.valid_until, true)
        and coalesce(authority.valid_from <= area.valid_until, true)
    left join registered
        on area.authority_id = registered.authority_id
        and authority.kind = registered.kind
        and area.tambon_code = registered.tambon_code
)

select * from final
