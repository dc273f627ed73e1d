"""The truth test of a draft: rows made up by the contract, worked out again in pandas.

Does not belong here: making rows up, which drafted tests share (`tests/dbt_project/made_up.py`).
"""

from __future__ import annotations

import textwrap

from orchestration.drafting.figures import Figure
from orchestration.drafting.plan import Plan
from orchestration.drafting.sql import MEAN_DIGITS, n_of
from orchestration.drafting.truth_texts import GROUPED, TOLD

_FIRST_OF = {
    "day": "day",
    "week": "day - timedelta(days=day.weekday())",
    "month": "day.replace(day=1)",
}
_NEXT = {
    "day": "named + timedelta(days=1)",
    "week": "named + timedelta(days=7)",
    "month": "(named.replace(day=28) + timedelta(days=4)).replace(day=1)",
}


def truth_py(plan: Plan) -> str:
    """A test module."""
    return _told(plan) if plan.is_told else _grouped(plan)


def _grouped(plan: Plan) -> str:
    keys = [each.name for each in plan.groups]
    asked = ["place_code" if each is plan.place else each.name for each in plan.groups]
    columns = [*asked, plan.period, *_columns(plan), "n", "status"]
    day = plan.contract.field(plan.contract.day or "")
    seen = f'pd.to_datetime(rows["{day.name}"]{", utc=True" if day.type == "timestamp" else ""})'
    if day.type == "timestamp":
        seen += ".dt.tz_convert(BANGKOK)"
    figures = "\n".join(
        f"            {line}," for figure in plan.figures for line in _worked_out(figure, plan)
    )
    needs_mean = any(figure.how == "mean" for figure in plan.figures)
    return GROUPED.substitute(
        name=plan.name,
        source=plan.contract.id,
        keys=keys,
        period=plan.period,
        columns=_wrapped(columns),
        figures=figures,
        seen=seen,
        helpers=_helpers(plan),
        first_of=_FIRST_OF[plan.period],
        next_of=_NEXT[plan.period],
        least=1 if plan.period == "month" else 8,
        decimals="ROUND_HALF_UP, Decimal" if needs_mean else "Decimal",
    )


def _helpers(plan: Plan) -> str:
    found = ""
    if any(figure.how in ("sum", "max") for figure in plan.figures):
        found += '''def number(value: Decimal | None, *, whole: bool) -> float | int | None:
    """As the product tells it."""
    return None if value is None else int(value) if whole else float(value)


'''
    if any(figure.how == "mean" for figure in plan.figures):
        found += f'''def mean(found: list[Decimal]) -> float | None:
    """Rounded half up; none of none."""
    if not found:
        return None
    exact = sum(found, Decimal()) / len(found)
    return float(exact.quantize(Decimal(10) ** -{MEAN_DIGITS}, ROUND_HALF_UP))


'''
    return found


def _wrapped(columns: list[str]) -> str:
    """Names of columns behind `select`, on as many lines as they need."""
    return "\n            ".join(textwrap.wrap(", ".join(columns), 84))


def _columns(plan: Plan) -> list[str]:
    found = list[str]()
    for figure in plan.figures:
        found.append(figure.name)
        if figure in plan.counted:
            found.append(n_of(figure))
    return found


def _worked_out(figure: Figure, plan: Plan) -> list[str]:
    have = f"values(group, {figure.field.name!r})"
    match figure.how:
        case "mean":
            lines = [f"mean({have})"]
        case "max":
            lines = [f"number(max({have}, default=None), whole={figure.is_whole})"]
        case _:
            lines = [f"number(sum({have}) if {have} else None, whole={figure.is_whole})"]
    if figure in plan.counted:
        lines.append(f"len({have})")
    return lines


def _told(plan: Plan) -> str:
    keys = [each.name for each in plan.groups if each is not plan.place]
    columns = [*(["place_code"] if plan.place else []), *keys, "year"]
    for figure in plan.figures:
        columns += [figure.name, *([f"{figure.name}_status"] if figure.reason else [])]
    parts = ['"83"'] if plan.place else []
    parts += [f"row[{name!r}]" for name in [*keys, "year"]]
    for figure in plan.figures:
        parts.append(f"row[{figure.name!r}]")
        if figure.reason:
            said = f"row[{figure.reason!r}]"
            parts.append(f'"reported" if row[{figure.name!r}] is not None else {said}')
    with_reason = [f"row[{f.reason!r}] == 'pending'" for f in plan.figures if f.reason]
    pending = " or ".join(with_reason) or "False"
    listed = "\n".join(f"        {part}," for part in parts)
    return TOLD.substitute(
        name=plan.name,
        source=plan.contract.id,
        columns=_wrapped([*columns, "status"]),
        listed=listed,
        pending=pending,
    )
