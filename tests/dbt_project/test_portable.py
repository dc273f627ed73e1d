"""What of the models other engines would not understand is found, and stands behind macros."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbt_project.portable import ENGINES, SAID_BY, Fault, compiled_models, not_understood, report
from dbt_project.sources import PROJECT


@pytest.mark.parametrize(
    ("sql", "spark", "postgres"),
    [
        ("select cast(a as hugeint) from t", ["type int128"], ["type int128"]),
        ("select timezone('UTC', a) from t", ["timezone"], []),
        ("select vals[1] from t", ["index"], ["index"]),
        ("select len(vals) from t", ["length of a list"], ["length of a list"]),
        ("select list(a order by b) from t", ["order of a list"], []),
        ("select extract(isodow from a) from t", ["extract isodow"], []),
        ("select length(name) from t", [], []),
        ("select make_date(2026, 1, 1)", [], []),
        ("select last_word_of_duckdb(a) from t", ["last_word_of_duckdb"], ["last_word_of_duckdb"]),
        (
            "select string_agg(a, '') over (partition by b) from t",
            ["texts joined over a window"],
            [],
        ),
        (
            "select count(*) over (order by a rows between coalesce(n, 0) preceding "
            "and current row) from t",
            ["frame of a column's length"],
            ["frame of a column's length"],
        ),
        (
            "select count(*) over (order by a rows between 3 preceding and current row) from t",
            [],
            [],
        ),
        (
            "select * from read_parquet('/a/lake/rain/day=*/*.parquet', hive_partitioning = true, "
            "hive_types = {'day': date}) as t inner join read_parquet('/a/lake/_receipts.parquet')",
            [],
            [],
        ),
    ],
)
def test_what_an_engine_does_not_understand_is_named(
    sql: str, spark: list[str], postgres: list[str]
) -> None:
    assert not_understood(sql, "spark") == spark
    assert not_understood(sql, "postgres") == postgres


def test_what_sqlglot_says_it_cannot_put_into_other_words_is_told() -> None:
    found = not_understood("pivot t on a using sum(b)", "postgres")

    assert "unsupported: PIVOT unsupported" in found


def test_a_word_that_stands_behind_no_macro_is_told_as_such() -> None:
    faults = [Fault("rain_daily", "spark", "timezone"), Fault("rain_daily", "spark", "newest_word")]

    said = "\n".join(report({"rain_daily": "", "dim_day": ""}, faults))

    assert "spark: 1 of 2 models go through" in said
    assert "timezone (macro day_start, day_of): rain_daily" in said
    assert "newest_word (NO MACRO SAYS IT): rain_daily" in said
    assert "to do:" in said


def test_the_macros_that_are_named_are_there_for_spark() -> None:
    spelling = (PROJECT / "macros" / "dialect" / "spark.sql").read_text("utf-8")

    for macros in SAID_BY.values():
        for macro in macros.split(", "):
            assert f"macro spark__{macro}(" in spelling


@pytest.mark.whole
def test_whatever_of_the_models_does_not_go_through_stands_behind_a_macro(tmp_path: Path) -> None:
    models = compiled_models(tmp_path)
    found = {
        (model, engine): [word for word in not_understood(sql, engine) if word not in SAID_BY]
        for model, sql in models.items()
        for engine in ENGINES
    }

    assert len(models) > 15
    assert {where: words for where, words in found.items() if words} == {}
