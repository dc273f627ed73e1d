-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: string, place: amphoe}
--
-- 'อำเภอกะทู้' -> 8302
-- 'อ.ถลาง' -> 8303
-- 'Mueang Phuket' -> 8301
-- 'ตะกั่วป่า' -> place_unknown

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
    regexp_replace(
      regexp_replace(
        regexp_replace(lower(x0), '^(อำเภอ|อ\.|amphoe|amphur)\s*', '', 'g'),
        '\s*(district)$',
        '',
        'g'
      ),
      '\s+',
      '',
      'g'
    ) as p_v0
  from texts
), typed as (
  select
    *,
    case p_v0
      when '8301' then '8301'
      when 'เมืองภูเก็ต' then '8301'
      when 'mueangphuket' then '8301'
      when 'เมือง' then '8301'
      when 'muangphuket' then '8301'
      when 'mueang' then '8301'
      when 'muang' then '8301'
      when '8302' then '8302'
      when 'กะทู้' then '8302'
      when 'kathu' then '8302'
      when '8303' then '8303'
      when 'ถลาง' then '8303'
      when 'thalang' then '8303'
    end as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case when x0 is null then null when v0 is null then 'place_unknown' end as k0
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
