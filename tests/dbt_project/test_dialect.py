"""What engines spell differently stands in macros/dialect alone, and once for each engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dbt_project.sources import PROJECT

DIALECT = PROJECT / "macros" / "dialect"
# Words that one of DuckDB, Spark and PostgreSQL has and another has not, or means otherwise.
ITS_OWN = re.compile(
    r"//|::|\b(timezone|unnest|explode|generate_series|sequence|list|array_agg|collect_list"
    r"|string_agg|array_join|len|size|strftime|strptime|date_format|date_diff|datediff|epoch\w*"
    r"|unix_\w+|range|list_\w+|struct_pack|regexp_\w+|try_cast|read_\w+|arg_max|arg_min)\s*\("
    r"|\b(hugeint|ubigint|isoyear|isodow|dayofweek_iso|yearofweek|qualify|asof|ilike|div|pivot"
    r"|unpivot|exclude)\b"
    r"|timestamp with time zone|timestamptz|at time zone|group by all|order by all"
    r"|\bas varchar\b",  # Spark wants a length; dbt.type_string() is every engine's text
    re.IGNORECASE,
)
INDEX = re.compile(r"\[\d")  # from one in DuckDB, from zero in Spark
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*macro (\w+)\(")
DISPATCHED = re.compile(r"adapter\.dispatch\('(\w+)'\)")
# Whole numbers of days between two dates: dbt has it for every engine, and it means the same.
ALLOWED = ("dbt.datediff('month'",)


def own_words(sql: str) -> list[str]:
    """The words of one engine in a model or macro; what only Jinja reads does not count."""
    sql = STATEMENT.sub("", COMMENT.sub("", sql))
    for allowed in ALLOWED:
        sql = sql.replace(allowed, "")
    plain = EXPRESSION.sub("", sql)
    return [*(match.group() for match in ITS_OWN.finditer(sql)), *INDEX.findall(plain)]


def sql_of(folder: Path) -> list[Path]:
    written = sorted(folder.rglob("*.sql"))
    return [path for path in written if path.name != "source_contracts.sql"]


@pytest.mark.parametrize(
    "sql",
    [
        "select 7 // 2",
        "select '1'::bigint",
        "select values[1]",
        "select timezone('UTC', t)",
        "select unnest(t)",
        "select list(value order by value)",
        "select len(values)",
        "select cast(x as hugeint)",
        "select cast(null as varchar)",
        "select extract(isodow from day)",
        "select cast('2026-01-01' as timestamp with time zone)",
        "select {{ dbt.datediff('a', 'b', 'second') }}",
        "select x div y",
        "select * exclude (a) from t",
        "select a from t group by all",
    ],
)
def test_a_word_of_one_engine_is_seen(sql: str) -> None:
    assert own_words(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "-- a list(of) things\nselect 1",
        "{# 7 // 2 #}",
        "{% set half = 7 // 2 %}select {{ limits[4:] | join }}",
        "select {{ day_start('day.day') }}, count(*), 'http:/x' from t",
    ],
)
def test_what_every_engine_knows_is_let_be(sql: str) -> None:
    assert own_words(sql) == []


def test_no_model_and_no_other_macro_speaks_the_language_of_one_engine() -> None:
    written = [*sql_of(PROJECT / "models"), *sql_of(PROJECT / "macros")]
    found = {
        str(path.relative_to(PROJECT)): words
        for path in written
        if path.parent != DIALECT
        if (words := own_words(path.read_text("utf-8")))
    }

    assert len(written) > 25
    assert found == {}


def test_every_engine_says_all_that_is_dispatched() -> None:
    text = "".join(path.read_text("utf-8") for path in sql_of(DIALECT))
    dispatched = set(DISPATCHED.findall(text))
    said = set(MACRO.findall(text))

    assert len(dispatched) > 10
    for engine in ("duckdb", "spark"):
        assert {f"{engine}__{name}" for name in dispatched} <= said
    ours = {name.split("__", 1)[1] for name in said if "__" in name}
    asked_by_dbt = {
        "generate_database_name",
        "get_assert_columns_equivalent",
        "persist_constraints",
    }
    assert ours - dispatched == asked_by_dbt
