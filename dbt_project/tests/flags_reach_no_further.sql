-- A flat line is looked for in at most twice its time; a build reads that far back.
{% set flagged = 'int_environment_observation_flagged' %}
{% set reads = namespace(before=0) %}
{% if execute %}
{% set reads.before = graph.nodes['model.city.' ~ flagged].config.meta.reads.stg_environment_sensor_readings.before %}
{% endif %}
select
    parameter,
    flat_fail_h
from {{ ref('qartod_threshold') }}
where 2 * greatest(coalesce(flat_suspect_h, 0), coalesce(flat_fail_h, 0)) > 24 * {{ reads.before }}
