-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: number, by: {column: parameter, unit_column: unit, cases: {level: {unit: m, minimum: -10, maximum: 100}}}}
-- {name: parameter, type: string, allowed: {level: []}}
-- {name: unit, type: string, allowed: {m: [], cm: []}}
--
-- '-10', 'level', 'm' -> -10.0
-- '100.5', 'level', 'm' -> value_out_of_range
-- '1', 'level', 'cm' -> unit_mismatch

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
    end as x0,
    case
      when t1 < '!'
      or strlen(t1) <> length(t1)
      or ends_with(t1, ' ')
      or ends_with(t1, chr(9))
      or ends_with(t1, chr(10))
      or ends_with(t1, chr(13))
      then nullif(
        trim(
          case
            when strlen(t1) = length(t1) then t1
            else nfc_normalize(
              case
                when contains(t1, 'ํ')
                then regexp_replace(translate(t1, (chr(160) || chr(8203) || chr(65279)), ' '), '([่-๋]?)ํ([่-๋]?)า', '\1\2ำ', 'g')
                else translate(t1, (chr(160) || chr(8203) || chr(65279)), ' ')
              end
            )
          end,
          (' ' || chr(9) || chr(10) || chr(13))
        ),
        ''
      )
      else t1
    end as x1,
    case
      when t2 < '!'
      or strlen(t2) <> length(t2)
      or ends_with(t2, ' ')
      or ends_with(t2, chr(9))
      or ends_with(t2, chr(10))
      or ends_with(t2, chr(13))
      then nullif(
        trim(
          case
            when strlen(t2) = length(t2) then t2
            else nfc_normalize(
              case
                when contains(t2, 'ํ')
                then regexp_replace(translate(t2, (chr(160) || chr(8203) || chr(65279)), ' '), '([่-๋]?)ํ([่-๋]?)า', '\1\2ำ', 'g')
                else translate(t2, (chr(160) || chr(8203) || chr(65279)), ' ')
              end
            )
          end,
          (' ' || chr(9) || chr(10) || chr(13))
        ),
        ''
      )
      else t2
    end as x2
  from cells
), parts as (
  select
    *,
    regexp_full_match(x0, '[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?)') as g_v0
  from texts
), typed as (
  select
    *,
    try_cast(x0 as double) as v0,
    case x1 when 'level' then 'level' end as v1,
    case x2 when 'm' then 'm' when 'cm' then 'cm' end as v2
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
      when v1 = 'level' and v2 is distinct from 'm' then 'unit_mismatch'
      when v1 = 'level' and v0 < cast('-10.0' as double) then 'value_out_of_range'
      when v1 = 'level' and v0 > cast('100.0' as double) then 'value_out_of_range'
    end as k0,
    case when x1 is null then null when v1 is null then 'value_unknown' end as k1,
    case when x2 is null then null when v2 is null then 'value_unknown' end as k2
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
