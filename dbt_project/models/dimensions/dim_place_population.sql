with

-- A tambon whose total is not men and women is suspect, and stays in every sum.
tambon as (
    select
        counted_on as month,
        tambon_code,
        cast(sum({{ exact('men') }}) as bigint) as men,
        cast(sum({{ exact('women') }}) as bigint) as women,
        cast(sum({{ exact('people') }}) as bigint) as people,
        cast(sum({{ exact('houses') }}) as bigint) as houses,
        max(case when people <> men + women then 1 else 0 end) as is_suspect
    from {{ ref('stg_population') }}
    group by counted_on, tambon_code
),

-- Every place and the tambon that it is made of: their codes begin with its own.
part as (
    select
        place.place_code,
        tambon.place_code as tambon_code
    from {{ ref('place') }} as place
    inner join {{ ref('place') }} as tambon
        on tambon.level = 'tambon'
        and substring(tambon.place_code, 1, length(place.place_code)) = place.place_code
),

month as (
    select distinct month from tambon
),

added as (
    select
        part.place_code,
        month.month,
        {%- for count in ['men', 'women', 'people', 'houses'] %}
        cast(sum({{ exact('tambon.' ~ count) }}) as bigint) as {{ count }},
        {%- endfor %}
        count(*) = count(tambon.tambon_code) as is_whole,
        max(tambon.is_suspect) as is_suspect
    from part
    cross join month
    left join tambon on part.tambon_code = tambon.tambon_code and month.month = tambon.month
    group by part.place_code, month.month
),

final as (
    select
        place_code,
        month,
        {%- for count in ['men', 'women', 'people', 'houses'] %}
        case when is_whole then {{ count }} end as {{ count }},
        {%- endfor %}
        case
            when not is_whole then 'missing'
            when is_suspect = 1 then 'suspect'
            else 'ok'
        end as people_status
    from added
)

select * from final
