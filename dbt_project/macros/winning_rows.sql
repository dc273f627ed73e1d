{#
  The rows of a source that count, by the words of its contract. Rows of a receipt that no ledger
  record names do not. A snapshot is its newest delivery. Of rows with one key the last issued wins,
  where the source says when it issued them, and else the later one in the ledger, whatever the clock
  showed: so every build chooses alike. With `conflict: keep` rows that differ all stay, and only
  exact repeats are folded.
#}
{% macro winning_rows(source_id) %}
    {%- set contract = source_contract(source_id) -%}
    with came as (
        {{ rows_that_came(source_id) }}
    )

    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ row_identity(source_id) | join(', ') }}
                order by {{ newest_first(source_id) }}, _record desc
            ) as _rank
        from came
        {%- if contract.delivery == 'snapshot' %}
        where _receipt = (
            select newest._receipt from came as newest order by {{ newest_first(source_id) }} limit 1
        )
        {%- endif %}
    ) as ranked
    where _rank = 1
{% endmacro %}


{# All rows of a source with the number of their receipt (`_receipt`); of a snapshot, in all its deliveries. #}
{% macro rows_that_came(source_id) -%}
    {%- set contract = source_contract(source_id) -%}
    select
        lake_row.*,
        receipt.number as _receipt
    from {{ in_the_lake(source('lake', source_id)) }} as lake_row
    inner join ({{ receipts_of(source_id) }}) as receipt
        on receipt.delivery = lake_row._delivery
        {%- if contract.delivery == 'snapshot' %}
        and receipt.received_at = lake_row._received_at
        {%- endif %}
{%- endmacro %}


{# The receipts of a source with their numbers. Each receipt of a snapshot has rows of its own, since
   it may be judged otherwise when it comes again; a delivery that adds up has its rows once. #}
{% macro receipts_of(source_id) -%}
    {%- set receipts = in_the_lake(source('lake', '_receipts')) -%}
    {%- if source_contract(source_id).delivery == 'snapshot' -%}
        select delivery, received_at, number from {{ receipts }} where source = '{{ source_id }}'
    {%- else -%}
        select delivery, max(number) as number from {{ receipts }}
        where source = '{{ source_id }}'
        group by delivery
    {%- endif -%}
{%- endmacro %}


{# What orders revisions: the source's own word comes before the accident of arrival. #}
{% macro newest_first(source_id) -%}
    {%- set issued = source_contract(source_id).issued -%}
    {%- if issued %}{{ issued }} desc nulls last, {% endif -%}
    _receipt desc
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
