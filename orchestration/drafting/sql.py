"""The SQL of a draft: the staging model of its source, and the product.

Does not belong here: what is said of them in YAML (`contract.py`).
"""

from __future__ import annotations

from ingestion.judging.results.accepted import lake_columns
from orchestration.drafting.figures import Figure
from orchestration.drafting.plan import Plan, place_column

_PERIOD = {
    "daily": "event_day",
    "weekly": "{{ days_later('event_day', '1 - cast(' ~ iso_weekday('event_day')"
    " ~ ' as integer)') }}",
    "monthly": "{{ first_of_month('event_day') }}",
}
_NEXT = {
    "daily": "{{ days_later('day', 1) }}",
    "weekly": "{{ days_later('week', 7) }}",
    "monthly": "{{ first_of_next_month('month') }}",
}
_LONGEST_LINE = 100
MEAN_DIGITS = 2


def staging_columns(plan: Plan) -> list[str]:
    """What a staging model tells of a source: its fields, and why some have no value."""
    hidden = {"_rescued", "_delivery", "_record", "_received_at"}
    return [name for name in lake_columns(plan.contract) if name not in hidden]


def staging_sql(plan: Plan) -> str:
    """The staging model."""
    told = [f"        {name},\n" for name in staging_columns(plan)]
    if not plan.is_told:
        told.append("        day as event_day,\n")
    return (
        f"with\n\nwinning as (\n    {{{{ winning_rows('{plan.contract.id}') }}}}\n),\n\n"
        f"final as (\n    select\n{''.join(told)}        _received_at as received_at\n"
        "    from winning\n)\n\nselect * from final\n"
    )


def product_sql(plan: Plan) -> str:
    """The product."""
    return _told(plan) if plan.is_told else _grouped(plan)


def _grouped(plan: Plan) -> str:
    period, groups = plan.period, [field.name for field in plan.groups]
    fields = dict.fromkeys(figure.field.name for figure in plan.figures)
    counts = [f"count({each.field.name}) as {n_of(each)}" for each in plan.counted]
    received = [*groups, _named(_PERIOD[plan.cadence], period), *fields]
    counted = [*groups, period, "count(*) as n", *map(_counted, plan.figures)]
    end = f"day_start('dated.next_{period}')"
    lookback = f"source_contract('{plan.contract.id}').lookback_days"
    final = [
        *_keys(plan, "dated"),
        f"dated.{period}",
        f"{{{{ day_start('dated.{period}') }}}} as period_start",
        f"{{{{ {end} }}}} as period_end",
        *(line for figure in plan.figures for line in _final(figure, plan)),
        "dated.n",
        _called("status_of", [end, lookback], "status"),
    ]
    return (
        f"{{{{ config(replaces('{period}')) }}}}\n\nwith\n\n"
        f"received as (\n    select\n{_listed(received)}\n"
        f"    from {{{{ ref('{plan.staging}') }}}}\n"
        f"    where {{{{ is_read('{plan.staging}', 'event_day') }}}}\n),\n\n"
        f"{_places(plan)}counted as (\n    select\n"
        f"{_listed([*counted, *counts])}\n    from received\n"
        f"    where {{{{ is_to_build('{period}') }}}}\n"
        f"    group by {', '.join([*groups, period])}\n),\n\n"
        f"dated as (\n    select\n"
        f"{_listed(['*', f'{_NEXT[plan.cadence]} as next_{period}'])}\n    from counted\n),\n\n"
        f"final as (\n    select\n{_listed(final)}\n    from dated\n{_joined(plan, 'dated')})"
        "\n\nselect * from final\n"
    )


def _named(expression: str, column: str) -> str:
    """An expression with its name, which stands on a line of its own where one is too short."""
    whole = f"{expression} as {column}"
    return whole if _fits(whole) else f"{expression}\n            as {column}"


def _called(macro: str, arguments: list[str], column: str) -> str:
    """A macro's answer with its name, on as many lines as it takes."""
    whole = f"{{{{ {macro}({', '.join(arguments)}) }}}}"
    if _fits(whole):
        return _named(whole, column)
    inner = ",\n            ".join(arguments)
    return f"{{{{ {macro}(\n            {inner}\n        ) }}}} as {column}"


def _fits(line: str) -> bool:
    return len(line) + 9 <= _LONGEST_LINE


def n_of(figure: Figure) -> str:
    """The column that says how many values a figure rests on, where that is not all rows."""
    return f"{figure.field.name}_n"


def _counted(figure: Figure) -> str:
    name = figure.field.name
    match figure.how:
        case "max":
            return f"max({name}) as {figure.name}"
        case "sum" if figure.is_whole:
            return _named(f"cast(sum({{{{ exact('{name}') }}}}) as bigint)", name)
        case _:
            return _named(f"sum({{{{ exact('{name}') }}}})", f"{name}_total")


def _final(figure: Figure, plan: Plan) -> list[str]:
    """Its lines in the product: rounded once, at the end."""
    name, n = figure.field.name, n_of(figure) if figure.may_be_empty else "n"
    more = [f"dated.{n_of(figure)}"] if figure in plan.counted else []
    match figure.how:
        case "mean":
            of = [f"'dated.{name}_total'", f"'dated.{n}'", str(MEAN_DIGITS)]
            return [_called("rounded_mean", of, figure.name), *more]
        case "sum" if not figure.is_whole:
            return [_called("rounded", [f"'dated.{name}_total'", "4"], name), *more]
    return [f"dated.{figure.name}", *more]


def _told(plan: Plan) -> str:
    with_status = [figure for figure in plan.figures if figure.reason]
    statuses = [f"'told.{figure.name}_status'" for figure in with_status]
    worked = [
        _called("value_status", [f"'{each.name}'", f"'{each.reason}'"], f"{each.name}_status")
        for each in with_status
    ]
    end = "first_of_year('told.year + 1')"
    status = (
        _called("yearly_status", [end, f"[{', '.join(statuses)}]"], "status")
        if statuses
        else f"{{{{ status_of(day_start({end}), 0) }}}} as status"
    )
    final = [
        *_keys(plan, "told"),
        "told.year",
        "{{ day_start(first_of_year('told.year')) }} as period_start",
        f"{{{{ day_start({end}) }}}} as period_end",
        *(line for each in plan.figures for line in _with_status(each)),
        status,
    ]
    return (
        f"with\n\ntold as (\n    select\n{_listed(['*', *worked])}\n"
        f"    from {{{{ ref('{plan.staging}') }}}}\n),\n\n{_places(plan)}"
        f"final as (\n    select\n{_listed(final)}\n    from told\n{_joined(plan, 'told')})\n\n"
        "select * from final\n"
    )


def _with_status(figure: Figure) -> list[str]:
    more = [f"told.{figure.name}_status"] if figure.reason else []
    return [f"told.{figure.name}", *more]


def _keys(plan: Plan, table: str) -> list[str]:
    named = ["place.name_th as place_name_th", "place.name_en as place_name_en"]
    others = [f"{table}.{field.name}" for field in plan.groups if field is not plan.place]
    if plan.place is None:
        return others
    if plan.place.name == "tambon_code":
        return [f"{table}.tambon_code as {place_column(plan, plan.place)}", *named, *others]
    return ["place.place_code", *named, *others]


def _places(plan: Plan) -> str:
    if plan.place is None:
        return ""
    where = "" if plan.place.name == "tambon_code" else " where level = 'province'"
    return f"place as (\n    select * from {{{{ ref('dim_place') }}}}{where}\n),\n\n"


def _joined(plan: Plan, table: str) -> str:
    if plan.place is None:
        return ""
    column = "place_code" if plan.place.name == "tambon_code" else "name_th"
    return f"    left join place on {table}.{plan.place.name} = place.{column}\n"


def _listed(columns: list[str]) -> str:
    return ",\n".join(f"        {column}" for column in columns)
