"""Row queries on files: GX's own `unexpected_rows_expectation`, worked out by DuckDB.

Great Expectations lists unexpected rows by SQL only where its batch lives in a database, and its
DuckDB dialect is broken. Two metrics registered here let the stock expectation run on a pandas
batch. Importing this module loads Great Expectations: import it inside a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import duckdb
import pandas
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

from expectations.asking import asking
from expectations.report import SAMPLE

Kwargs = dict[str, object]


class UnexpectedRowsOfFrame(TableMetricProvider):
    """The first rows that the query finds in the batch, each as a mapping."""

    metric_name = "unexpected_rows_query.table"
    domain_keys = QueryMetricProvider.domain_keys
    value_keys = ("unexpected_rows_query",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - GX calls it with the class
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: Kwargs,
        metric_value_kwargs: Kwargs,
        metrics: Kwargs,
        runtime_configuration: Kwargs,
    ) -> list[Kwargs]:
        connection = _connected(execution_engine, metric_domain_kwargs)
        found = connection.execute(_query(metric_value_kwargs))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchmany(SAMPLE)]


class UnexpectedRowCountOfFrame(TableMetricProvider):
    """How many rows the query finds in the batch."""

    metric_name = "unexpected_rows_query.row_count"
    domain_keys = QueryMetricProvider.domain_keys
    value_keys = ("unexpected_rows_query",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - GX calls it with the class
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: Kwargs,
        metric_value_kwargs: Kwargs,
        metrics: Mapping[str, list[Kwargs]],
        runtime_configuration: Kwargs,
    ) -> int:
        first = metrics[UnexpectedRowsOfFrame.metric_name]
        if len(first) < SAMPLE:
            return len(first)
        connection = _connected(execution_engine, metric_domain_kwargs)
        counted = f"select count(*) from ({_query(metric_value_kwargs)})"
        row = connection.execute(counted).fetchone()
        return int(row[0]) if row else 0

    @classmethod
    def _get_evaluation_dependencies(
        cls,
        metric: MetricConfiguration,
        configuration: ExpectationConfiguration | None = None,
        execution_engine: ExecutionEngine[object] | None = None,
        runtime_configuration: dict[str, object] | None = None,
    ) -> dict[str, MetricConfiguration]:
        name = UnexpectedRowsOfFrame.metric_name
        rows = MetricConfiguration(name, metric.metric_domain_kwargs, metric.metric_value_kwargs)
        return {name: rows}


def _batch(engine: PandasExecutionEngine, domain: Kwargs) -> pandas.DataFrame:
    frame, _, _ = engine.get_compute_domain(domain, domain_type=MetricDomainTypes.TABLE)
    return frame


# A batch is shown to the engine once, for all the rules that ask about it.
_shown: WeakKeyDictionary[
    PandasExecutionEngine, tuple[pandas.DataFrame, duckdb.DuckDBPyConnection]
] = WeakKeyDictionary()


def _connected(engine: PandasExecutionEngine, domain: Kwargs) -> duckdb.DuckDBPyConnection:
    frame = _batch(engine, domain)
    known = _shown.get(engine)
    if known is None or known[0] is not frame:
        connection = asking()
        # Rules speak of days as people see them.
        connection.execute("set timezone = 'Asia/Bangkok'")
        connection.register("batch", frame)
        known = _shown[engine] = (frame, connection)
    return known[1]


def _query(values: Kwargs) -> str:
    return str(values["unexpected_rows_query"]).format(batch="batch")
