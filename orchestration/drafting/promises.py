"""The suite of a draft, and the table that breaks each of its rules once.

Does not belong here: what every product obeys unasked (a whole and unique key, the columns of its
contract, final values that stay), which the gate knows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.contracts.field import Field
from orchestration.drafting.contract import flow, title_of
from orchestration.drafting.figures import Figure
from orchestration.drafting.plan import Plan
from orchestration.drafting.sql import n_of

_LATE = {"daily": 7, "weekly": 21, "monthly": 70}
_ROWS = "unexpected_rows_expectation"


@dataclass(frozen=True)
class Promise:
    """One rule, and what breaks it: what the gate says, and the change of a sound candidate."""

    rule: str
    type: str
    kwargs: dict[str, object]
    th: str
    en: str
    breaks: tuple[tuple[str, str], ...]
    severity: str = "critical"


def suite_yaml(plan: Plan) -> str:
    """The suite, as a person writes one."""
    lines = [f"name: {plan.name}", "expectations:"]
    for each in promises(plan):
        lines += [f"  - rule: {each.rule}", f"    type: {each.type}"]
        query = each.kwargs.get("unexpected_rows_query")
        if query:
            wrapped = textwrap.wrap(str(query), 94, break_long_words=False, break_on_hyphens=False)
            lines += ["    kwargs:", "      unexpected_rows_query: >"]
            lines += [f"        {line}" for line in wrapped]
        else:
            lines.append(f"    kwargs: {flow(each.kwargs)}")
        lines += [f"    severity: {each.severity}", "    why:"]
        lines += [f"      th: {flow(each.th)}", f"      en: {flow(each.en)}"]
    return "\n".join(lines) + "\n"


def promises(plan: Plan) -> list[Promise]:
    """What must hold before the product is public."""
    return [
        *(rule for figure in plan.figures for rule in _possible(plan, figure)),
        *(_known(each) for each in plan.groups if each.allowed and each.type == "string"),
        *_placed(plan),
        *_with_reasons(plan),
        *_rows_counted(plan),
        *_in_time(plan),
    ]


def limits(plan: Plan, figure: Figure) -> tuple[float | None, float | None]:
    """Between what a figure lies; a sum of so many rows has no most."""
    most = None if figure.how == "sum" else figure.field.maximum
    return figure.field.minimum, most


def _possible(plan: Plan, figure: Figure) -> Iterator[Promise]:
    least, most = limits(plan, figure)
    if least is None and most is None:
        return
    th, en = title_of(figure.field)
    kwargs: dict[str, object] = {"column": figure.name}
    said, broken = [], []
    for word, limit, step in (("min_value", least, -1), ("max_value", most, 1)):
        if limit is not None:
            kwargs[word] = _plain(limit)
            value = _plain(limit + step)
            told = f"{value}" if figure.is_whole else f"{float(value)}"
            broken.append((f"{figure.name}={told}", f"({{}}, {{{figure.name!r}: {told}}})"))
            said.append(_plain(limit))
    if len(said) == 2:
        why = (
            f"{th}อยู่ระหว่าง {said[0]:,} ถึง {said[1]:,}",
            f"{en}: between {said[0]:,} and {said[1]:,}",
        )
    elif least is not None:
        why = (f"{th}ไม่น้อยกว่า {said[0]:,}", f"{en}: at least {said[0]:,}")
    else:
        why = (f"{th}ไม่เกิน {said[0]:,}", f"{en}: at most {said[0]:,}")
    yield Promise(
        f"{figure.name}_is_possible", "expect_column_values_to_be_between", kwargs, *why,
        tuple(broken[:2]),
    )  # fmt: skip


def _known(each: Field) -> Promise:
    th, en = title_of(each)
    return Promise(
        f"{each.name}_is_known",
        "expect_column_values_to_be_in_set",
        {"column": each.name, "value_set": list(each.allowed or ())},
        f"{th}ต้องเป็นรหัสที่กำหนดไว้",
        f"{en}: one of the codes of the source's contract",
        (("elsewhere", f"(FIRST, {{{each.name!r}: 'elsewhere'}})"),),
    )


def _placed(plan: Plan) -> Iterator[Promise]:
    if plan.place is None:
        return
    key = ", ".join(plan.key)
    long = " or length(place_code) <> 6" if plan.place.name == "tambon_code" else ""
    what_th, what_en = ("ตำบล", "a tambon") if long else ("จังหวัด", "the province")
    yield _query(
        "places_are_known",
        f"select {key}, place_name_th from {{batch}} "
        f"where place_name_th is null{long} order by {key}",
        f"รหัสพื้นที่ต้องเป็น{what_th}ที่รู้จัก",
        f"Each place is {what_en} that is known",
        ("place_name_th=", "(FIRST, {'place_name_th': None})"),
    )


def _with_reasons(plan: Plan) -> Iterator[Promise]:
    for figure in plan.figures:
        key, name = ", ".join(plan.key), figure.name
        if plan.is_told and figure.reason:
            yield _query(
                f"{name}_stands_with_its_status",
                f"select {key}, {name}, {name}_status from {{batch}} "
                f"where ({name} is not null) <> ({name}_status = 'reported') order by {key}",
                "มีตัวเลขเมื่อสถานะเป็น reported เท่านั้น",
                "There is a figure exactly where its status is reported",
                (f"{name}_status=pending", f"(FIRST, {{'{name}_status': 'pending'}})"),
            )
        elif not plan.is_told and figure.may_be_empty:
            n = n_of(figure)
            yield _query(
                f"{name}_stands_with_its_rows",
                f"select {key}, {name}, {n}, n from {{batch}} "
                f"where ({name} is null) <> ({n} = 0) or {n} not between 0 and n order by {key}",
                "มีตัวเลขเมื่อมีแถวที่มีค่าเท่านั้น และไม่เกินจำนวนแถวทั้งหมด",
                "There is a figure exactly where rows have a value, which are rows that came",
                (f"{name}=None", f"(FIRST, {{{name!r}: None}})"),
            )


def _rows_counted(plan: Plan) -> Iterator[Promise]:
    if not plan.is_told:
        # Nothing else may break with it: rows that have a value are among those that came.
        counts = dict.fromkeys(n_of(f) for f in plan.figures if f.may_be_empty)
        empty = "".join(
            f", {name!r}: None" for f in plan.figures if f.may_be_empty for name in [f.name]
        )
        zero = "".join(f", '{name}': 0" for name in counts)
        yield Promise(
            "rows_are_counted",
            "expect_column_values_to_be_between",
            {"column": "n", "min_value": 1},
            "ทุกแถวมาจากอย่างน้อยหนึ่งแถวของต้นฉบับ",
            "Each row is made from at least one row of the source",
            (("n=0", f"(FIRST, {{'n': 0{zero}{empty}}})"),),
        )


def _in_time(plan: Plan) -> Iterator[Promise]:
    period, key = plan.period, ", ".join(plan.key)
    words = {"day": "วัน", "week": "สัปดาห์", "month": "เดือน", "year": "ปี"}
    yield _query(
        f"no_{period}_begins_in_the_future",
        f"select {key} from {{batch}} where period_start > {{now}} order by {key}",
        f"ไม่มี{words[period]}ที่เริ่มในอนาคต",
        f"No {period} begins in the future",
        (f"{period}=", "(FIRST, {'period_start': SOON})"),
    )
    if plan.is_told:
        limit, th, en = "year({today}) - 2", "2 ปี", "two years"
        late = "now=datetime(2027, 12, 31, 17, tzinfo=UTC)"
    else:
        days = _LATE[plan.cadence]
        limit, th, en = f"{{today}} - {days}", f"{days} วัน", f"{days} days"
        late = f"now=NOW + timedelta(days={days + 3})"
    yield _query(
        f"last_{period}_is_recent",
        f"select max({period}) as last_{period} from {{batch}} having max({period}) < {limit}",
        f"{words[period]}ล่าสุดต้องไม่เก่ากว่า {th}",
        f"The last {period} is at most {en} ago",
        (f"last_{period}=", late),
        severity="warning",
    )


def _query(
    rule: str, query: str, th: str, en: str, broken: tuple[str, str], severity: str = "critical"
) -> Promise:
    kwargs: dict[str, object] = {"unexpected_rows_query": query}
    return Promise(rule, _ROWS, kwargs, th, en, (broken,), severity)


def _plain(limit: float) -> float | int:
    return int(limit) if limit == int(limit) else limit
