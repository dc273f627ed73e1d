"""Published figures are worked out on decimals and whole numbers: no SQL says anything else.

What the numbers become is shown by the unit tests of the models and by `test_build`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dbt_project.sources import PROJECT
from expectations.suite import SUITES

# The engine works these out as floating point, in the order in which its threads come to the rows.
ENGINES_OWN = re.compile(
    r"\b(avg|mean|favg|fsum|sumkahan|kahan_sum|median|mad|percentile_\w+|quantile\w*|approx_quantile"
    r"|stddev\w*|variance|var_\w+|covar_\w+|corr|regr_\w+|skewness\w*|kurtosis\w*|geometric_mean)\s*\("
)
ROUNDED = re.compile(r"\bround\s*\(")
SUMMED = re.compile(r"\bsum\s*\(")
# Counts, and seconds: whole numbers.
WHOLE = re.compile(r"has_failed|timed\.seconds|\{\{ parameter \}\}_\{\{ count \}\}")
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
ARITHMETIC = {"macros/dialect/numbers.sql", "macros/rain_class.sql"}


def floats_in(sql: str, *, may_round: bool = False) -> list[str]:
    """What in a model's SQL would be worked out as floating point."""
    sql = COMMENT.sub("", sql)
    found = [match.group() for match in ENGINES_OWN.finditer(sql)]
    if not may_round:
        found += [match.group() for match in ROUNDED.finditer(sql)]
    for match in SUMMED.finditer(sql):
        summed = _argument(sql, match.end())
        if "exact(" not in summed and not WHOLE.search(summed):
            found.append(f"sum({summed})")
    return found


def _argument(sql: str, start: int) -> str:
    depth = 1
    for place in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if not depth:
            return sql[start:place]
    return sql[start:]


def own_sql() -> list[Path]:
    written = [*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "macros").rglob("*.sql")]
    return [path for path in written if path.name != "source_contracts.sql"]


@pytest.mark.parametrize(
    "sql",
    [
        "select avg(value) from t",
        "select avg({{ exact('value') }}) from t",
        "select Percentile_cont(0.2) within group (order by value)".lower(),
        "select quantile_cont(value, 0.2)",
        "select median(value)",
        "select stddev_samp(value)",
        "select sum(value)",
        "select sum(case when (a + b) > 0 then value end)",
        "select round(value, 1)",
        "select sum ( value )",
    ],
)
def test_what_the_engine_works_out_as_floating_point_is_seen(sql: str) -> None:
    assert floats_in(sql)


@pytest.mark.parametrize(
    "sql", ["select sum({{ exact('value') }})", "-- avg(value)\nselect 1", "{# median( #}"]
)
def test_what_is_exact_is_let_be(sql: str) -> None:
    assert floats_in(sql) == []


def test_no_model_works_a_figure_out_as_floating_point() -> None:
    found = {
        name: floats
        for path in own_sql()
        for name in [str(path.relative_to(PROJECT))]
        if (floats := floats_in(path.read_text("utf-8"), may_round=name in ARITHMETIC))
    }

    assert len(own_sql()) > 25
    assert found == {}


def test_no_suite_compares_a_mean_of_floating_point() -> None:
    queries = [
        str(rule["kwargs"].get("unexpected_rows_query", ""))
        for path in SUITES.rglob("*.yaml")
        for rule in yaml.safe_load(path.read_text("utf-8"))["expectations"]
    ]
    means = [mean for query in queries for mean in re.findall(r"avg\([^()]*\(?", query)]

    assert means
    assert all("::decimal(" in mean for mean in means)
