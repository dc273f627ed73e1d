-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: string, items: true}
--
-- '{น้ำท่วม,"ถนน, ทางเท้า"}' -> น้ำท่วม; ถนน, ทางเท้า
-- '{}' -> null
-- 'น้ำท่วม' -> value_list

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
    list_transform(
      regexp_extract_all(substring(x0, 2, length(x0) - 2), '"(?:[^"\\]|\\.)*"|[^",{}\\]+'),
      lambda i : case
        when starts_with(trim(i), '"')
        then regexp_replace(substring(trim(i), 2, length(trim(i)) - 2), '\\(.)', '\1', 'g')
        else trim(i)
      end
    ) as l_v0
  from texts
), typed as (
  select
    *,
    nullif(array_to_string(l_v0, '; '), '') as v0
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case
      when x0 is null then null
      when not regexp_full_match(
        x0,
        '\{\s*(("(?:[^"\\]|\\.)*"|[^",{}\\]+)(\s*,\s*("(?:[^"\\]|\\.)*"|[^",{}\\]+))*)?\s*\}'
      )
      then 'value_list'
      when length(v0) > 1000 then 'value_too_long'
    end as k0
  from typed
)
select
  t0,
  v0 as "cell",
  not (
    v0
  ) is null and not (
    true
  ) as _respelled0,
  k0 as code
from checked;
