-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: integer, calendar: month}
--
-- 'มกราคม' -> 1
-- 'ธ.ค.' -> 12
-- 'September' -> 9
-- '03' -> 3
-- '13' -> value_month

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
    coalesce(
      case when regexp_full_match(x0, '0?[1-9]|1[0-2]') then try_cast(x0 as bigint) end,
      case replace(replace(lower(x0), '.', ''), ' ', '')
        when 'มกราคม' then 1
        when 'มค' then 1
        when 'มกรา' then 1
        when 'january' then 1
        when 'jan' then 1
        when 'กุมภาพันธ์' then 2
        when 'กพ' then 2
        when 'กุมภา' then 2
        when 'กุมภาพันธุ์' then 2
        when 'กุมพาพันธ์' then 2
        when 'february' then 2
        when 'feb' then 2
        when 'มีนาคม' then 3
        when 'มีค' then 3
        when 'มีนา' then 3
        when 'march' then 3
        when 'mar' then 3
        when 'เมษายน' then 4
        when 'เมย' then 4
        when 'เมษา' then 4
        when 'เมษยน' then 4
        when 'april' then 4
        when 'apr' then 4
        when 'พฤษภาคม' then 5
        when 'พค' then 5
        when 'พฤษภา' then 5
        when 'พฤกษภาคม' then 5
        when 'พฤศภาคม' then 5
        when 'may' then 5
        when 'มิถุนายน' then 6
        when 'มิย' then 6
        when 'มิถุนา' then 6
        when 'มิถุนายม' then 6
        when 'june' then 6
        when 'jun' then 6
        when 'กรกฎาคม' then 7
        when 'กค' then 7
        when 'กรกฎา' then 7
        when 'กรกฏาคม' then 7
        when 'กรกฏา' then 7
        when 'กรกฎคม' then 7
        when 'july' then 7
        when 'jul' then 7
        when 'สิงหาคม' then 8
        when 'สค' then 8
        when 'สิงหา' then 8
        when 'august' then 8
        when 'aug' then 8
        when 'กันยายน' then 9
        when 'กย' then 9
        when 'กันยา' then 9
        when 'กันยายม' then 9
        when 'september' then 9
        when 'sep' then 9
        when 'sept' then 9
        when 'ตุลาคม' then 10
        when 'ตค' then 10
        when 'ตุลา' then 10
        when 'october' then 10
        when 'oct' then 10
        when 'พฤศจิกายน' then 11
        when 'พย' then 11
        when 'พฤศจิกา' then 11
        when 'พฤษจิกายน' then 11
        when 'พฤศจิการยน' then 11
        when 'november' then 11
        when 'nov' then 11
        when 'ธันวาคม' then 12
        when 'ธค' then 12
        when 'ธันวา' then 12
        when 'ธันวาคน' then 12
        when 'december' then 12
        when 'dec' then 12
      end
    ) as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case when x0 is null then null when v0 is null then 'value_month' end as k0
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
