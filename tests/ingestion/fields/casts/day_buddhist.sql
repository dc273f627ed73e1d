-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: date, era: buddhist, formats: ['%d/%m/%Y', '%d-%m-%y']}
--
-- '29/02/2563' -> 2020-02-29
-- '8-1-69' -> 2026-01-08
-- '29/02/2560' -> ts_format
-- '08/01/2026' -> year_not_buddhist
-- '2569-01-08' -> ts_format

with texts as (
  select
    *,
    case
      when t0 < '!'
      or strlen(t0) <> length(t0)
      or ends_with(t0, ' ')
      or ends_with(t0, chr(9))
      or ends_with(t0, chr(10))
      or ends_with(t0, chr(13))
      then nullif(
        trim(
          case
            when strlen(t0) = length(t0) then t0
            else nfc_normalize(
              case
                when contains(t0, 'ํ')
                then regexp_replace(translate(t0, (chr(160) || chr(8203) || chr(65279)), ' '), '([่-๋]?)ํ([่-๋]?)า', '\1\2ำ', 'g')
                else translate(t0, (chr(160) || chr(8203) || chr(65279)), ' ')
              end
            )
          end,
          (' ' || chr(9) || chr(10) || chr(13))
        ),
        ''
      )
      else t0
    end as x0
  from cells
), parts as (
  select
    *,
    regexp_extract(x0, '^(\d{1,2})/(\d{1,2})/(\d{4})$', ['d', 'm', 'y']) as f0_v0,
    regexp_extract(x0, '^(\d{1,2})\-(\d{1,2})\-(\d{2})$', ['d', 'm', 'yy']) as f1_v0
  from texts
), typed as (
  select
    *,
    cast((
      coalesce(
        try(
          make_timestamp(
            try_cast(f0_v0.y as bigint) - 543,
            try_cast(f0_v0.m as bigint),
            try_cast(f0_v0.d as bigint),
            0,
            0,
            cast(0 as double)
          )
        ),
        try(
          make_timestamp(
            2500 + try_cast(f1_v0.yy as bigint) - 543,
            try_cast(f1_v0.m as bigint),
            try_cast(f1_v0.d as bigint),
            0,
            0,
            cast(0 as double)
          )
        )
      )
    ) as date) as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when v0 is null
      and coalesce(try_cast(f0_v0.y as bigint), 2500 + try_cast(f1_v0.yy as bigint)) is null
      then 'ts_format'
      when coalesce(try_cast(f0_v0.y as bigint), 2500 + try_cast(f1_v0.yy as bigint)) < 2400
      then 'year_not_buddhist'
      when v0 is null then 'ts_format'
      when v0 > (
        select
          latest
        from our_clock
      )
      then 'ts_future'
      when v0 < cast('1900-01-01' as timestamptz) then 'ts_ancient'
    end as k0
  from typed
)
select
  t0,
  v0 as "cell",
  not (
    v0
  ) is null and not (
    t0 = trim(t0)
  ) as _respelled0,
  k0 as code
from checked;
