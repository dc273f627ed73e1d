-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: timestamp}
--
-- '2026-01-08T02:00:00+07:00' -> 2026-01-07 19:00:00+00:00
-- '2026-01-08 02:00Z' -> 2026-01-08 02:00:00+00:00
-- '2026-01-08T02:00:00' -> ts_no_offset
-- '2569-01-08T02:00:00+07:00' -> ts_buddhist_year
-- '2026-01-09T03:00:01Z' -> ts_future
-- '1970-01-01T00:00:00Z' -> ts_ancient

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
    regexp_full_match(
      x0,
      '\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)? ?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)'
    ) as o_v0,
    case
      when not regexp_full_match(
        x0,
        '\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)? ?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)'
      )
      then regexp_full_match(x0, '\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?')
    end as n_v0
  from texts
), typed as (
  select
    *,
    case
      when o_v0 then coalesce(
        try_cast(x0 as timestamptz),
        try_cast(regexp_replace(
          regexp_replace(upper(x0), '^(.{10}[T ]\d\d:\d\d) ?(Z|[+-].*)$', '\1:00\2'),
          ' (Z|[+-][^ ]*)$',
          '\1'
        ) as timestamptz)
      )
      when n_v0 then null
    end as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when not (
        o_v0 or n_v0
      )
      then 'ts_format'
      when x0 >= '2400' then 'ts_buddhist_year'
      when n_v0 then 'ts_no_offset'
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
  ) is null
  and not (
    length(t0) in (20, 25) and substring(t0, 11, 1) = 'T'
  ) as _respelled0,
  k0 as code
from checked;
