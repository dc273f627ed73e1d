-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: string, part: {separator: ':', number: -1}, letter_case: upper}
--
-- 'urn:ngsi-ld:Sensor:aq-7' -> AQ-7
-- 'aq-7' -> AQ-7
-- 'urn:' -> null

with texts as (
  select
    *,
    upper(
      nullif(
        trim(
          split_part(
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
            end,
            ':',
            -1
          ),
          (' ' || chr(9) || chr(10) || chr(13))
        ),
        ''
      )
    ) as x0
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
    case when x0 is null then null when length(x0) > 1000 then 'value_too_long' end as k0
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
