"""The table of a draft that breaks each rule of its suite once. Does not belong here: the rules."""

from __future__ import annotations

from datetime import date, timedelta

from ingestion.contracts.field import Field
from orchestration.drafting.figures import Figure
from orchestration.drafting.plan import Plan, place_column
from orchestration.drafting.promises import limits, promises
from orchestration.drafting.sql import n_of

_JUDGED_ON = date(2026, 1, 9)
"""The day on which tests judge (`tests/expectations/conftest.py`)."""

_LAST = {
    "day": (date(2026, 1, 7), date(2026, 1, 6), date(2026, 1, 8)),
    "week": (date(2025, 12, 29), date(2025, 12, 22), date(2026, 1, 5)),
    "month": (date(2025, 12, 1), date(2025, 11, 1), date(2026, 1, 1)),
}
"""The last period, the one before it, and the one after it."""


def table_py(plan: Plan) -> str:
    """A module beside the tables of the other suites."""
    names = ["SOON", "breaks", "passes"]
    names += ["a_year"] if plan.is_told and plan.place else ["midnight"]
    if plan.place is not None and not plan.is_told:
        names.append("TALAT_YAI")
    times = "UTC, datetime" if plan.is_told else "date, timedelta"
    if plan.is_told and not plan.place:
        times = "UTC, date, datetime"
    rows = ",\n".join(_rows(plan))
    first = ", ".join(f"{name!r}: SOUND[0][{name!r}]" for name in plan.key)
    return (
        f'"""What breaks the rules about {plan.name}, and what does not."""\n\n'
        "from __future__ import annotations\n\n"
        f"from datetime import {times}\n\n"
        "from tests.expectations.conftest import NOW\n"
        f"from tests.expectations.suites.table import {', '.join(sorted(names))}\n\n"
        f"SOUND = [{rows}]\nFIRST = {{{first}}}\n\n"
        f"BREAKS = ({_breaks(plan)})\n\nPASSES = ({_passes(plan)})\n"
    )


def _breaks(plan: Plan) -> str:
    return "".join(
        f"breaks({each.rule!r}, {said!r}, {change}),\n"
        for each in promises(plan)
        for said, change in each.breaks
    )


def _passes(plan: Plan) -> str:
    found = [f"passes('the {plan.period} begins now', (FIRST, {{'period_start': NOW}})),\n"]
    for figure in plan.figures:
        for word, limit in zip(("least", "most"), limits(plan, figure), strict=True):
            if limit is not None:
                value = int(limit) if figure.is_whole else float(limit)
                change = f"({{}}, {{{figure.name!r}: {value}}})"
                found.append(f"passes('the {word} of {figure.name}', {change}),\n")
        if plan.is_told and figure.reason:
            change = f"(FIRST, {{{figure.name!r}: None, '{figure.name}_status': 'pending'}})"
            found.append(f"passes('{figure.name} is pending and says so', {change}),\n")
    if plan.is_told:
        late = "datetime(2027, 12, 31, 16, tzinfo=UTC)"
    else:
        rule = promises(plan)[-1]
        days = int(str(rule.kwargs["unexpected_rows_query"]).rsplit(" ", 1)[1])
        more = _LAST[plan.period][0] + timedelta(days=days) - _JUDGED_ON
        late = f"NOW + timedelta(days={more.days})"
    found.append(f"passes('the last {plan.period} is as old as it may be', now={late}),\n")
    return "".join(found)


def _rows(plan: Plan) -> list[str]:
    groups = [each for each in plan.groups if each is not plan.place]
    if plan.is_told:
        periods = [_a_year(plan, year) for year in (2025, 2024)]
    else:
        last, before, after = _LAST[plan.period]
        periods = [_a_period(plan, *each) for each in ((last, after), (before, last))]
    place = "TALAT_YAI | " if plan.place and not plan.is_told else ""
    figures = "".join(part for figure in plan.figures for part in _figure(plan, figure))
    more = "" if plan.is_told else "'n': 9, "
    return [
        f"{place}{period} | {{{keys}{figures}{more}}}"
        for keys in dict.fromkeys(_keys(plan, groups, number) for number in (0, 1))
        for period in periods
    ]


def _a_year(plan: Plan, year: int) -> str:
    if plan.place is not None:
        return f"a_year({year})"
    start, end = (f"midnight(date({each}, 1, 1))" for each in (year, year + 1))
    return f"{{'year': {year}, 'period_start': {start}, 'period_end': {end}, 'status': 'final'}}"


def _a_period(plan: Plan, first: date, after: date) -> str:
    start, end = (f"date({each.year}, {each.month}, {each.day})" for each in (first, after))
    return (
        f"{{{plan.period!r}: {start}, 'period_start': midnight({start}), "
        f"'period_end': midnight({end}), 'status': 'provisional'}}"
    )


def _keys(plan: Plan, groups: list[Field], number: int) -> str:
    found = ""
    for each in groups:
        codes = tuple(each.allowed or ())
        value: object = codes[number % len(codes)] if codes else f"{each.name}-{number + 1}"
        if each.type in ("integer", "year") and not codes:
            value = number + 1
        found += f"{place_column(plan, each)!r}: {value!r}, "
    return found


def _figure(plan: Plan, figure: Figure) -> list[str]:
    least, most = limits(plan, figure)
    value = (least or 0) + 10 if most is None else ((least or 0) + most) / 2
    parts = [f"{figure.name!r}: {int(value) if figure.is_whole else float(value)}, "]
    if plan.is_told and figure.reason:
        parts.append(f"'{figure.name}_status': 'reported', ")
    if figure in plan.counted:
        parts.append(f"{n_of(figure)!r}: 9, ")
    return parts
