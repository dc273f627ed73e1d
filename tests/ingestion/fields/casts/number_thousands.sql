-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: number, thousands: ',', minimum: 0, maximum: 1000000}
--
-- '1,234.5' -> 1234.5
-- '1234.5' -> 1234.5
-- '1,000,000' -> 1000000.0
-- '1,23' -> value_not_number
-- '1.234,5' -> value_not_number
-- '1,000,000.1' -> value_out_of_range
-- '-0.5' -> value_out_of_range
-- 'inf' -> value_not_finite

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
    case
      when regexp_full_match(x0, '[+-]?\d{1,3}([,]\d{3})+(\.\d*)?') then replace(x0, ',', '')
      else x0
    end as p_v0,
    regexp_full_match(
      case
        when regexp_full_match(x0, '[+-]?\d{1,3}([,]\d{3})+(\.\d*)?') then replace(x0, ',', '')
        else x0
      end,
      '[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?)'
    ) as g_v0
  from texts
), typed as (
  select
    *,
    try_cast(p_v0 as double) as v0
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
      when v0 is null or not isfinite(v0) then 'value_not_finite'
      when v0 < cast('0.0' as double) then 'value_out_of_range'
      when v0 > cast('1000000.0' as double) then 'value_out_of_range'
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
