{# Rows that break a promise of the source's contract, in the days that this build touches. #}
{% test keeps_the_contract(model, source_id, required, allowed) %}
    {%- set contract = source_contract(source_id) -%}
    {%- set day = contract.day -%}
    {%- set required = contract.get('required', required) -%}
    {%- set allowed = contract.get('allowed', allowed) -%}
    select *
    from {{ in_the_lake(model) }}
    where {{ is_one_of('day', changed_days(source_id) if day else none) }}
        and (
            {%- for column in required %}
            {{ column }} is null or
            {%- endfor %}
            {%- for column, values in allowed.items() %}
            {{ column }} not in (
                {%- for value in values -%}
                    '{{ value | replace("'", "''") }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            ) or
            {%- endfor %}
            _delivery is null or _record is null or _received_at is null
        )
{% endtest %}


{# Keys that occur more than once. `day_column` limits the search to the days just built. #}
{% test unique_together(model, columns, day_column=none) %}
    {%- set changed = changed_days('environment_sensor_readings') if day_column else none -%}
    select
        {{ columns | join(', ') }},
        count(*) as occurrences
    from {{ model }}
    where {{ is_one_of(day_column, changed) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{# Keys of a published product that occur more than once. Only for products whose model groups by
   the key: whether an agency repeats itself is for the gate to judge. #}
{% test unique_by_key(model) %}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.name == model.identifier -%}
            {{ test_unique_together(model, node.config.meta.open_data.key) }}
        {%- endfor -%}
    {%- endif -%}
{% endtest %}
