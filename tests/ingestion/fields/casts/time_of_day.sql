-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: timestamp, source: day, joined: [time], era: buddhist, formats: ['%d/%m/%Y %H:%M'], zone: Asia/Bangkok}
--
-- '08/01/2569', '00:30' -> 2026-01-07 17:30:00+00:00
-- '08/01/2569', '24:00' -> ts_format
-- '08/01/2569', '7.30' -> ts_format
-- '08/01/2569', '' -> ts_format

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
    regexp_extract(
      x0,
      '^(\d{1,2})/(\d{1,2})/(\d{4})\ ([01]?\d|2[0-3]):([0-5]\d)$',
      ['d', 'm', 'y', 'hh', 'mi']
    ) as f0_v0
  from texts
), typed as (
  select
    *,
    (
      coalesce(
        try(
          make_timestamp(
            try_cast(f0_v0.y as bigint) - 543,
            try_cast(f0_v0.m as bigint),
            try_cast(f0_v0.d as bigint),
            try_cast(f0_v0.hh as bigint),
            try_cast(f0_v0.mi as bigint),
            cast(0 as double)
          )
        )
      )
    ) at time zone 'Asia/Bangkok' as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when v0 is null and coalesce(try_cast(f0_v0.y as bigint)) is null then 'ts_format'
      when coalesce(try_cast(f0_v0.y as bigint)) < 2400 then 'year_not_buddhist'
      when v0 is null then 'ts_format'
      when v0 > (
        select
          latest
        from our_clock
      )
      then 'ts_future'
      when v0 < cast('2000-01-02' as timestamptz) then 'ts_ancient'
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
