-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: string, sensitivity: identifier, identifier: {kind: mac, purpose: trial, period: day}}
--
-- '02:25:11:51:C8:CD' -> 02251151c8cd
-- '0225.1151.c8cd' -> 02251151c8cd
-- '02:25-11:51:c8:cd' -> identifier_format
-- '01:25:11:51:c8:cd' -> identifier_multicast
-- '00:00:00:00:00:00' -> identifier_format

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
    *
  from texts
), typed as (
  select
    *,
    translate(lower(x0), ':-.', '') as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when not regexp_full_match(
        lower(x0),
        '[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{2}(-[0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2}|[0-9a-f]{4}(-[0-9a-f]{4}){2}|[0-9a-f]{12}'
      )
      then 'identifier_format'
      when v0[2] in ('1', '3', '5', '7', '9', 'b', 'd', 'f') then 'identifier_multicast'
      when v0 = '000000000000' then 'identifier_format'
    end as k0
  from typed
)
select
  t0,
  v0 as "cell",
  not (
    v0
  ) is null and not (
    t0 = v0
  ) as _respelled0,
  k0 as code
from checked;
