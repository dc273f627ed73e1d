-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: integer, thai_digits: true}
--
-- '๑๒๓' -> 123
-- '๑2' -> 12
-- '12.0' -> 12
-- '12.5' -> value_not_number
-- '-๗' -> -7

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
      then translate(
        nullif(
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
        ),
        '๐๑๒๓๔๕๖๗๘๙',
        '0123456789'
      )
      else t0
    end as x0
  from cells
), parts as (
  select
    *,
    regexp_full_match(x0, '[+-]?(\d+(\.0*)?)') as g_v0
  from texts
), typed as (
  select
    *,
    try_cast(case when contains(x0, '.') then split_part(x0, '.', 1) else x0 end as bigint) as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when case
        when g_v0 then false
        else regexp_full_match(lower(x0), '[+-]?(nan|inf|infinity)')
      end
      then 'value_not_finite'
      when not g_v0 then 'value_not_number'
      when v0 is null then 'value_out_of_range'
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
    regexp_full_match(t0, '-?(0|[1-9]\d*)(\.\d+)?')
  ) as _respelled0,
  k0 as code
from checked;
