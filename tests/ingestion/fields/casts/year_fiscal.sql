-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: year, era: buddhist, calendar: fiscal, thai_digits: true}
--
-- '2568' -> 2025
-- 'ปีงบประมาณ พ.ศ. ๒๕๖๘' -> 2025
-- '2025' -> year_not_buddhist
-- '68' -> value_not_number

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
    *
  from texts
), typed as (
  select
    *,
    case
      when regexp_full_match(regexp_replace(x0, '^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*', ''), '\d{4}')
      then try_cast(regexp_replace(x0, '^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*', '') as bigint)
    end - 543 as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when case
        when regexp_full_match(regexp_replace(x0, '^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*', ''), '\d{4}')
        then try_cast(regexp_replace(x0, '^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*', '') as bigint)
      end is null
      then 'value_not_number'
      when case
        when regexp_full_match(regexp_replace(x0, '^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*', ''), '\d{4}')
        then try_cast(regexp_replace(x0, '^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*', '') as bigint)
      end < 2400
      then 'year_not_buddhist'
      when not v0 between cast('1000' as double) and cast('2399' as double)
      then 'value_out_of_range'
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
