-- A flat line is looked for in at most twice its time; incremental builds read that far back.
select
    parameter,
    flat_fail_h
from {{ ref('qartod_threshold') }}
where 2 * greatest(coalesce(flat_suspect_h, 0), coalesce(flat_fail_h, 0))
    > 24 * {{ var('flag_reach').before }}
