"""Running rules by Great Expectations on one table, and saying in our words what it found.

Belongs here: everything that touches GX's API. Does not belong here: reading files, standard
rules, verdicts. GX takes 7-11 s to import, so it is imported inside functions and kept.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from expectations.finality import LastRelease
from expectations.finding import NOTHING_BEFORE, Finding, failed, result_of, stopped
from expectations.report import SAMPLE, Row, RuleResult, cell
from expectations.suite import Rule, fill
from ingestion.errors import PermanentError
from ingestion.words.sql import literal

if TYPE_CHECKING:
    import pyarrow
    from great_expectations.expectations.expectation import Expectation


class GxResult(Protocol):
    """The part of GX's result of one expectation that is read here."""

    success: bool
    result: Mapping[str, object]
    exception_info: Mapping[str, object]


@dataclass(frozen=True)
class Judged:
    """A table under judgement and what its rules may refer to."""

    table: pyarrow.Table
    key: tuple[str, ...]
    now: datetime
    previous: LastRelease | PermanentError | None


@cache
def validation() -> Validation:
    """The one of this process: to make it takes longer than to judge a small table."""
    return Validation()


class Validation:
    """One GX context, ephemeral and silent. It keeps nothing of a table that was judged."""

    def __init__(self) -> None:
        gx = load_gx()
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._suite = gx.ExpectationSuite
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._batches = (
            self._context.data_sources.add_pandas("candidates")
            .add_dataframe_asset("table")
            .add_batch_definition_whole_dataframe("whole")
        )

    def judge(self, rules: Sequence[Rule], judged: Judged) -> list[RuleResult]:
        """Each rule's result, in the order of the rules."""
        results: dict[int, RuleResult] = {}
        expectations = []
        for number, rule in enumerate(rules):
            if rule.needs_previous and judged.previous is None:
                results[number] = result_of(rule, Finding(note=NOTHING_BEFORE))
                continue
            try:
                built = build_expectation(rule, judged.now, _table_of(rule, judged.previous))
            except (ValueError, PermanentError) as error:
                results[number] = stopped(rule, str(error))
                continue
            built.meta = {"number": number}
            expectations.append(built)
        found = self._run(expectations, judged.table) if expectations else {}
        for number, rule in enumerate(rules):
            if number not in results:
                results[number] = _in_our_words(rule, found.get(number), judged)
        return [results[number] for number in range(len(rules))]

    def _run(
        self, expectations: Sequence[Expectation], table: pyarrow.Table
    ) -> dict[int, GxResult]:
        import pandas

        # Arrow-backed columns keep whole numbers whole and dates dates where values are missing.
        frame = table.to_pandas(types_mapper=pandas.ArrowDtype)
        batch = self._batches.get_batch({"dataframe": frame})
        outcome = batch.validate(
            self._suite(name="rules", expectations=list(expectations)),
            result_format={"result_format": "COMPLETE"},
        )
        return {result.expectation_config.meta["number"]: result for result in outcome.results}


def load_gx() -> ModuleType:
    """Great Expectations with its telemetry off and row queries understood on files."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    import expectations.row_query  # noqa: F401 - registers its metrics

    return great_expectations


def expectation_types() -> frozenset[str]:
    """All expectation types that GX knows."""
    load_gx()
    from great_expectations.expectations.registry import (
        list_registered_expectation_implementations,
    )

    return frozenset(list_registered_expectation_implementations())


def arguments_of(type_: str) -> frozenset[str]:
    """All arguments that an expectation type takes."""
    load_gx()
    from great_expectations.expectations.registry import get_expectation_impl

    return frozenset(get_expectation_impl(type_).__fields__)


def build_expectation(rule: Rule, now: datetime, previous: Path | None = None) -> Expectation:
    """The rule as GX's own object. Raises ValueError when GX refuses its arguments."""
    load_gx()
    from great_expectations.expectations.registry import get_expectation_impl

    kwargs = dict(rule.kwargs)
    if rule.query:
        reader = f"read_parquet({literal(str(previous))})"
        kwargs["unexpected_rows_query"] = fill(rule.query, now=now, previous=reader)
    words: dict[str, Any] = kwargs | {"severity": rule.severity}
    return get_expectation_impl(rule.type)(**words)


def _table_of(rule: Rule, previous: LastRelease | PermanentError | None) -> Path | None:
    if isinstance(previous, PermanentError) and rule.needs_previous:
        raise previous
    return previous.table if isinstance(previous, LastRelease) else None


def _in_our_words(rule: Rule, found: GxResult | None, judged: Judged) -> RuleResult:
    if found is None:
        return stopped(rule, "Great Expectations gave no result for it")
    crash = _crash(found.exception_info)
    if crash is not None:
        return stopped(rule, crash)
    if found.success:
        return result_of(rule, Finding())
    return result_of(rule, _finding(found.result, rule, judged))


def _crash(info: Mapping[str, object]) -> str | None:
    """The message of an exception inside a rule: GX keeps one, or one for each of its metrics."""
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    for nested in info.values():
        if isinstance(nested, Mapping) and nested.get("raised_exception"):
            return str(nested.get("exception_message"))
    return None


def _finding(result: Mapping[str, object], rule: Rule, judged: Judged) -> Finding:
    details = result.get("details")
    if isinstance(details, Mapping) and "unexpected_rows" in details:
        rows = [{name: cell(v) for name, v in row.items()} for row in details["unexpected_rows"]]
        return failed(int(str(result["observed_value"])), rows)
    places = result.get("unexpected_index_list")
    if isinstance(places, list) and places:
        return failed(len(places), _rows_at(places[:SAMPLE], rule, judged))
    return failed(1, [{"observed": cell(result.get("observed_value"))}])


def _rows_at(places: Sequence[int], rule: Rule, judged: Judged) -> list[Row]:
    """The rows at these positions: their key and the columns that the rule is about."""
    names = list(dict.fromkeys([*judged.key, *rule.columns]))
    found = judged.table.select(names).take(list(places)).to_pylist()
    return [{name: cell(value) for name, value in row.items()} for row in found]
