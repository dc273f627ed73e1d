-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: string, pattern: '^[A-Z]{3}-[0-9]{2}$', required: true}
--
-- 'PKT-01' -> PKT-01
-- ' PKT-01<U+00A0>' -> PKT-01
-- 'PKT-1' -> value_pattern
-- 'pkt-01' -> value_pattern
-- 'PKT-01<U+000A>PKT-02' -> value_pattern
-- '' -> value_missing
-- null -> value_missing

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
    x0 as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then 'value_missing'
      when length(x0) > 1000 then 'value_too_long'
      when not regexp_full_match(x0, '[A-Z]{3}-[0-9]{2}') then 'value_pattern'
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
