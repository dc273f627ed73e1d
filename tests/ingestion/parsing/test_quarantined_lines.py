"""Quarantined rows are told in the order of the file, written as they come or all at the end."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ingestion.parsing.casting import fault_columns
from ingestion.parsing.quarantined import QuarantineFile
from tests.support.judging import NOW, contract_of

CONTRACT = contract_of([{"name": "count", "type": "integer"}, {"name": "text", "type": "string"}])
TEXTS = st.one_of(st.none(), st.sampled_from(["", "1", "ก", "é", "Z", "z", "\U0001f30a"]))
ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["count", "text"]), TEXTS, TEXTS), min_size=1
)


def batch(rows: list[tuple[int, str, str | None, str | None]], after: int) -> pa.RecordBatch:
    told = {
        "_record": [after + record for record, *_ in rows],
        "_take": [0] * len(rows),
        "_place": [f"line {record}" for record, *_ in rows],
        "_column": [column for _, column, *_ in rows],
        "_code": ["value_missing"] * len(rows),
        **{f"_text{place}": [row[2 + place] for row in rows] for place in (0, 1)},
    }
    kinds = {"_record": pa.int64(), "_take": pa.int16()}
    columns = {
        name: pa.array(told.get(name, [None] * len(rows)), kinds.get(name, pa.string()))
        for name in fault_columns(CONTRACT)
    }
    return pa.RecordBatch.from_pydict(columns)


@given(chunks=st.lists(st.lists(ROWS, max_size=3), max_size=3))
def test_both_ways_write_the_same_lines(chunks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lines")
    chunks = [[batch(rows, 10 * at) for rows in chunk] for at, chunk in enumerate(chunks)]
    passing, at_the_end = (QuarantineFile(CONTRACT, folder / name, NOW) for name in "pe")

    for chunk in chunks:
        passing.add(chunk)
    if not (every := [rows for chunk in chunks for rows in chunk]):
        assert not passing.path.exists()
        return
    at_the_end.write_all(duckdb.connect(), every)

    assert passing.in_order
    assert passing.path.read_text("utf-8") == at_the_end.path.read_text("utf-8")


def test_rows_in_no_order_are_left_to_the_end(tmp_path: Path):
    told = QuarantineFile(CONTRACT, tmp_path / "lines", NOW)
    rows = [batch([(record, "count", "x", "y")], 0) for record in (3, 2, 4)]

    for each in rows:
        told.add([each])
    assert not told.in_order
    told.write_all(duckdb.connect(), rows)

    places = [line.split('"record":')[1][0] for line in told.path.read_text().splitlines()]
    assert places == ["2", "3", "4"]
