-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: number, multiply: 0.01, missing: {? '' : missing, '-': not_applicable, รอประมวลผล: pending}, sentinels: ['-999']}
--
-- '57' -> 0.57
-- '-' -> null, not_applicable
-- 'รอประมวลผล' -> null, pending
-- '-999.00' -> null, sentinel
-- '' -> null, missing
-- 'n/a' -> value_not_number

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
    regexp_full_match(x0, '[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?)') as g_v0
  from texts
), typed as (
  select
    *,
    try_cast(x0 as double) / 100 as v0,
    case
      when x0 is null then 'missing'
      else coalesce(
        case x0
          when '-999' then 'sentinel'
          when '-' then 'not_applicable'
          when 'รอประมวลผล' then 'pending'
        end,
        case case when g_v0 then try_cast(x0 as double) end
          when cast('-999.0' as double) then 'sentinel'
        end
      )
    end as r0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when not r0 is null then null
      when case
        when g_v0 then false
        else regexp_full_match(lower(x0), '[+-]?(nan|inf|infinity)')
      end
      then 'value_not_finite'
      when not g_v0 then 'value_not_number'
      when v0 is null or not isfinite(v0) then 'value_not_finite'
    end as k0
  from typed
)
select
  t0,
  case when not (
    not r0 is null
  ) then v0 end as "cell",
  r0 as "cell_reason",
  not (
    case when not (
      not r0 is null
    ) then v0 end
  ) is null
  and not (
    regexp_full_match(t0, '-?(0|[1-9]\d*)(\.\d+)?')
  ) as _respelled0,
  k0 as code
from checked;
