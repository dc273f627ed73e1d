{# Rows that break a promise of the source's contract, in the days that came since it was tested. #}
{% test keeps_the_contract(model, source_id, required, allowed) %}
    {%- set contract = source_contract(source_id) -%}
    {%- set required = contract.get('required', required) -%}
    {%- set allowed = contract.get('allowed', allowed) -%}
    select *
    from {{ in_the_lake(model) }}
    where {{ is_one_of('day', (this_build('tested') or {}).get('source.' ~ source_id)) }}
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


{# Keys that occur more than once, in the periods just written where the key has their column. #}
{% test unique_together(model, columns) %}
    {%- set written = namespace(column=none, periods=none) -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.name == model.identifier -%}
            {%- set column = node.config.unique_key or node.config.meta.get('column') -%}
            {%- if column in columns -%}
                {%- set written.column = column -%}
                {%- set written.periods = (this_build('tested') or {}).get(node.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif %}
    select
        {{ columns | join(', ') }},
        count(*) as occurrences
    from {{ model }}
    where {{ is_one_of(written.column, written.periods) }}
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
