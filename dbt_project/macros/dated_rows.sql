{#
  What a register that comes as snapshots said on every day: each version of a row with `valid_from`
  and `valid_until`, days in Thailand, both included; no `valid_from` is since ever, no `valid_until`
  until further notice. `_received_at` is when a version first came.

  On a day the newest delivery received until its end is in force, as `winning_rows` orders them; before
  the first delivery, the first. A key that is absent from one ends the day before it, and begins anew
  when it returns. Rows alike in deliveries one after the other are one version. `leaving_out` names
  columns that a register reports and that make no version (how many are connected now): they are not
  given. A register with a `valid_from` of its own knows better: of it these are the newest rows.
#}
{% macro dated_rows(source_id, leaving_out=[]) %}
    {%- set contract = source_contract(source_id) -%}
    {%- if contract.delivery != 'snapshot' or contract.conflict == 'keep' -%}
        {{ exceptions.raise_compiler_error(
            "dated_rows('" ~ source_id ~ "') needs a register: a contract that says `delivery: snapshot` "
            ~ "and has a row of each key once; rows of other sources are for winning_rows"
        ) }}
    {%- endif -%}
    {%- if 'valid_from' in contract.content -%}
        {{ winning_rows(source_id) }}
    {%- else -%}
        {{ rows_of_every_delivery(source_id, contract, contract.content | reject('in', leaving_out) | list) }}
    {%- endif -%}
{% endmacro %}


{% macro rows_of_every_delivery(source_id, contract, content) %}
    {%- set key = contract.key | join(', ') -%}
    with came as (
        {{ rows_that_came(source_id) }}
    ),

    delivery as (
        select
            _receipt,
            {{ day_of('min(_received_at)') }} as _day,
            row_number() over (
                order by
                    {%- if contract.issued %} max({{ contract.issued }}) nulls first,{% endif %} _receipt
            ) as _order
        from came
        group by _receipt
    ),

    -- The newest until the end of its day; one that came after a newer one is never in force.
    newest as (
        select
            *,
            max(_order) over (order by _day) as _newest
        from delivery
    ),

    in_force as (
        select
            _receipt as _number,
            _day,
            row_number() over (order by _day) as _step,
            lead(_day) over (order by _day) as _next_day
        from newest
        where _order = _newest
    ),

    held as (
        select
            came.*,
            in_force._day,
            in_force._step,
            in_force._next_day,
            row_number() over (
                partition by in_force._step, {{ key }}
                order by {{ newest_first(source_id) }}, _record desc
            ) as _rank
        from came
        inner join in_force on came._receipt = in_force._number
    ),

    -- Steps one after the other in which a row is the same differ by one, and so does its count.
    followed as (
        select
            *,
            _step - row_number() over (
                partition by {{ content | join(', ') }} order by _step
            ) as _version
        from held
        where _rank = 1
    )

    select
        {{ content | join(', ') }},
        case when min(_step) > 1 then min(_day) end as valid_from,
        case when count(*) = count(_next_day) then {{ days_later('max(_next_day)', -1) }} end
            as valid_until,
        min(_received_at) as _received_at
    from followed
    group by {{ content | join(', ') }}, _version
{% endmacro %}
