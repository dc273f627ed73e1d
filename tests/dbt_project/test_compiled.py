"""What is read of dbt's manifest, and what of a project cannot be."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dbt_project.columns import ProductError
from dbt_project.compiled import AS_OF, Project, read_project, seed_leaves
from dbt_project.made_from import Dated, Window
from dbt_project.periods import Period

Node = dict[str, Any]
CLOCK = f"a.ended + interval '3' day <= cast('{AS_OF}' as timestamp with time zone)"


def model(
    name: str,
    *parents: str,
    sql: str = "select 1 as a",
    kind: str = "table",
    columns: dict[str, str] | None = None,
    enforced: bool = False,
    **meta: Any,
) -> Node:
    return {
        "name": name,
        "resource_type": "model",
        "compiled_code": sql,
        "columns": {n: {"name": n, "data_type": t} for n, t in (columns or {}).items()},
        "depends_on": {"nodes": list(parents)},
        "config": {
            "meta": meta,
            "materialized": kind,
            "contract": {"enforced": enforced},
            "schema": "marts",
            "partitioned_by": None,
        },
    }


def seed(name: str, **types: str) -> Node:
    config = {"column_types": types}
    return {"name": name, "resource_type": "seed", "depends_on": {"nodes": []}, "config": config}


def project(*nodes: Node) -> Project:
    return read_project(
        {"nodes": {f"{node['resource_type']}.city.{node['name']}": node for node in nodes}}
    )


def code(*nodes: Node) -> str:
    return next(node.code for node in project(*nodes).nodes if node.name == nodes[-1]["name"])


BY_DAY = model("by_day", "source.city.lake.rain", "source.city.lake._receipts", period="day")


@pytest.mark.parametrize(
    ("sql", "same"),
    [
        ("select\n    a -- the amount\nfrom t", True),
        ("/* all */ select a from t", True),
        ("select b from t", False),
        ("select 'a' from t", False),
        ('select "a b" from t', False),
        ("select a from t where c = ' --'", False),
    ],
)
def test_a_comment_is_no_code_and_all_else_is(sql: str, same: bool) -> None:
    assert (code(model("m", sql=sql)) == code(model("m", sql="select a from t"))) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select 'a' as b", "select a as b"),
        ("select count('x')", "select count(x)"),
        ("select 'a b' as c", "select 'a' 'b' as c"),
        ("select 'a, b'", "select 'a', 'b'"),
        ('select "a" "b"', 'select "a b"'),
        ("select 'a''b'", "select 'ab'"),
        ("select 1.0", "select '1.0'"),
    ],
)
def test_what_is_quoted_is_other_code_than_what_is_not(one: str, other: str) -> None:
    assert code(model("m", sql=one)) != code(model("m", sql=other))


def test_types_are_code_where_the_contract_is_enforced_and_titles_are_not() -> None:
    plain = model("m", columns={"a": "bigint"}, enforced=True)
    titled = model("m", columns={"a": "bigint"}, enforced=True, title={"en": "Amount"})

    assert code(titled) == code(plain)
    assert code(model("m", columns={"a": "double"}, enforced=True)) != code(plain)
    assert code(model("m", columns={"a": "double"})) == code(model("m", columns={"a": "bigint"}))


def test_what_its_rows_are_about_and_how_it_is_kept_is_code() -> None:
    codes = {
        code(model("m", "source.city.lake.rain", kind=kind, period=period))
        for kind in ("table", "incremental")
        for period in ("day", "month")
    }

    assert len(codes) == 4


def test_receipts_are_no_parent_and_a_source_is_told_from_a_model_of_its_name() -> None:
    (found,) = project(BY_DAY).nodes

    assert found.parents == ("source.rain",)


def test_words_of_the_yaml_are_windows_of_the_fingerprints() -> None:
    reads = {"by_day": {"before": 6, "after": 1}, "far": {"before": "all"}, "every": "all"}
    others = [model(name, "source.city.lake.rain", period="day") for name in ("far", "every", "no")]
    parents = [f"model.city.{name}" for name in (*reads, "no")]
    found = project(
        BY_DAY, *others, model("m", *parents, period="month", silent=True, reads=reads)
    ).models({})["m"]

    assert found.parents == {
        "by_day": Window(6, 1),
        "far": Window(None, 0),
        "every": Window(None, None),
        "no": Window(0, 0),
    }
    assert (found.period, found.silent, found.clock) == (Period.MONTH, True, None)


def test_who_asks_for_the_time_depends_on_the_limits_of_all_sources_behind_it() -> None:
    between = model("between", "model.city.by_day", period="day")
    late = model("late", "source.city.lake.tides", period="day")
    asks = model("m", "model.city.between", "model.city.late", sql=CLOCK, period="day")
    found = project(BY_DAY, between, late, asks).models({"rain": 3, "tides": 10})

    assert found["m"].clock == (0, 3, 10)
    assert found["between"].clock is None


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (
            [BY_DAY, model("m", "model.city.by_day", period="day", reads={"by_dya": "all"})],
            "the model m says meta.reads.by_dya, which it does not read; expected one of by_day; "
            "did you mean by_day?",
        ),
        (
            [BY_DAY, model("m", "model.city.by_day")],
            "the model m reads by_day and does not say which part of it",
        ),
        (
            [BY_DAY, model("m", "source.city.lake.rain", kind="incremental")],
            "the model m replaces periods and does not say which; expected meta.period: day, ",
        ),
        ([model("m", period="fortnight")], "the model m: meta.period: Input should be 'day'"),
        (
            [BY_DAY, model("m", "model.city.by_day", period="day", reads={"by_day": {"back": 6}})],
            "the model m: meta.reads.",
        ),
        (
            [BY_DAY, model("m", "model.city.by_day", period="day", reads={"by_day": {
                "before": -6}})],
            "the model m: meta.reads.",
        ),
        (
            [seed("fine", amount="bigint"), model("m", "seed.city.fine", period="month")],
            "the model m says a period and reads nothing that has any",
        ),
        (
            [BY_DAY, model("m", "model.city.by_day", reads="all", dated=True)],
            "the model m says dated and reads by_day",
        ),
        (
            [model("m", "source.city.lake.stations", sql=CLOCK, dated=True)],
            "the model m says dated and reads the time of the build",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_the_model(nodes: list[Node], said: str) -> None:
    with pytest.raises(ProductError, match=re.escape(said)):
        project(*nodes)


def test_a_small_table_may_read_all_of_tables_by_period() -> None:
    (found,) = (n for n in project(BY_DAY, model("m", "model.city.by_day", reads="all")).nodes[1:])

    assert found.words.reads == "all"


def test_a_seed_whose_rows_hold_for_a_time_says_so_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "fine.csv").write_text(
        "kind,valid_from,amount,valid_until\nspeed,2024-01-01,500,\nspeed,,400,2023-12-31\n"
    )
    (tmp_path / "seeds" / "limit.csv").write_text("kind,amount\nspeed,90\n")
    dated = {"valid_from": "date", "valid_until": "date"}
    found = project(seed("fine", amount="bigint", **dated), seed("limit", amount="bigint"))
    leaves = seed_leaves(found, tmp_path)
    fine = leaves["fine.csv"]

    assert isinstance(fine, Dated)
    assert [row[:2] for row in fine.rows] == [(date(2024, 1, 1), None), (None, date(2023, 12, 31))]
    assert len({row[2] for row in fine.rows}) == 2
    assert isinstance(leaves["limit.csv"], str)
    assert {node.name: node.words.dated for node in found.nodes} == {"fine": True, "limit": False}


def test_how_dbt_reads_a_seed_is_its_code() -> None:
    assert code(seed("s", amount="bigint")) != code(seed("s", amount="double"))
    assert code(seed("s", a="date", b="text")) == code(seed("s", b="text", a="date"))
