-- Values of the TEOS-10 library; the formula agrees with them within 0.02 %.
with

expected (celsius, psu, mg_l) as (
    values
    (25, 0, 8.2635), (25, 33, 6.8496), (28, 0, 7.8278), (28, 33, 6.5138),
    (30, 0, 7.5588), (30, 5, 7.3540), (30, 33, 6.3055)
),

computed as (
    select
        celsius,
        psu,
        mg_l,
        {{ oxygen_saturation_mg_l('celsius', 'psu') }} as found
    from expected
)

select * from computed
where abs(found / mg_l - 1) > 0.0003
