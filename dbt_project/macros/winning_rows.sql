{#
  The rows of a source that count, by the words of its contract. A snapshot is its newest delivery.
  Of rows with one key the last issued wins, where the source says when it issued them, and else the
  latest received; deliveries received at the same instant are told apart by their hash, so that
  every build chooses alike. With `conflict: keep` rows that differ all stay, and only exact repeats
  are folded.
#}
{% macro winning_rows(source_id) %}
    {%- set contract = source_contract(source_id) -%}
    {%- set rows = in_the_lake(source('lake', source_id)) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ row_identity(source_id) | join(', ') }}
                order by {{ newest_first(source_id) }}, _record desc
            ) as _rank
        from {{ rows }}
        {%- if contract.delivery == 'snapshot' %}
        {#- The same bytes may have come twice, when the source went back to them. #}
        where _delivery = ({{ of_newest('_delivery', rows, source_id) }})
            and _received_at = ({{ of_newest('_received_at', rows, source_id) }})
        {%- endif %}
    ) as ranked
    where _rank = 1
{% endmacro %}


{% macro of_newest(column, rows, source_id) -%}
    select newest.{{ column }} from {{ rows }} as newest order by {{ newest_first(source_id) }} limit 1
{%- endmacro %}


{# What orders revisions: the source's own word comes before the accident of arrival. #}
{% macro newest_first(source_id) -%}
    {%- set issued = source_contract(source_id).issued -%}
    {%- if issued %}{{ issued }} desc nulls last, {% endif -%}
    _received_at desc, _delivery desc
{%- endmacro %}


{# Which columns make two rows the same row. The event day joins the key where it follows from it:
   then a filter on days reaches the lake's files through the window above. #}
{% macro row_identity(source_id) %}
    {%- set contract = source_contract(source_id) -%}
    {%- if contract.conflict == 'keep' and contract.delivery == 'snapshot' -%}
        {{ return(['_record']) }}
    {%- elif contract.conflict == 'keep' -%}
        {{ return(contract.content) }}
    {%- elif contract.day and contract.day in contract.key -%}
        {{ return(['day'] + contract.key) }}
    {%- else -%}
        {{ return(contract.key) }}
    {%- endif -%}
{% endmacro %}
