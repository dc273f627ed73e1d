"""Quarantined rows are told in the order of the file, written as they come or all at the end."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.fields.query import fault_columns
from ingestion.judging import settling, sifting
from ingestion.judging.results import quarantined
from ingestion.judging.results.quarantined import QuarantineFile
from tests.support.judging import NOW, Judged, contract_of, judge

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
    at_the_end.write_all(duckdb.connect(), every, refused=False)

    assert passing.is_enough(refused=False)
    assert passing.path.read_text("utf-8") == at_the_end.path.read_text("utf-8")


def test_rows_in_no_order_are_left_to_the_end(tmp_path: Path):
    told = QuarantineFile(CONTRACT, tmp_path / "lines", NOW)
    rows = [batch([(record, "count", "x", "y")], 0) for record in (3, 2, 4)]

    for each in rows:
        told.add([each])
    assert not told.is_enough(refused=True)
    told.write_all(duckdb.connect(), rows, refused=False)

    places = [line.split('"record":')[1][0] for line in told.path.read_text().splitlines()]
    assert places == ["2", "3", "4"]


ONE_BY_ONE = contract_of(
    [{"name": "key", "type": "integer"}, {"name": "count", "type": "integer"}], key=["key"]
)


def of_many(
    good: int, bad: int, folder: Path, patched: pytest.MonkeyPatch, conflicts: int = 0
) -> Judged:
    """A file of so many bad rows, when no more than 3 lines are kept of a refused one."""
    for module in (quarantined, settling):
        patched.setattr(module, "MOST_OF_REFUSED", 3)
    patched.setattr(sifting, "CHUNK", 8)
    patched.setattr(sifting, "_MANY_WRONG", 1)
    rows = ["key,count", *(f"{n},x" for n in range(bad)), *(f"{100 + n},1" for n in range(good))]
    rows += [f"{100 + n},2" for n in range(conflicts)]
    return judge(ONE_BY_ONE, "\n".join([*rows, ""]), folder)


@pytest.mark.parametrize("bad", [3, 4, 9])
@pytest.mark.parametrize("conflicts", [0, 2])
def test_every_bad_row_of_an_accepted_file_has_its_line(
    bad: int, conflicts: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = of_many(20, bad, tmp_path, monkeypatch, conflicts)

    assert judged.outcome.status == "accepted"
    told = [row.record for row in judged.quarantined]
    assert told[:bad] == list(range(1, bad + 1))
    assert len(told) == bad + 2 * conflicts


@pytest.mark.parametrize(("bad", "lines"), [(3, 3), (4, 3), (9, 3)])
def test_a_refused_file_has_its_first_lines_and_says_so(
    bad: int, lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = of_many(1, bad, tmp_path, monkeypatch)

    assert judged.outcome.code == "too_many_bad_rows"
    assert (judged.outcome.quarantined, judged.outcome.rows) == (bad, bad + 1)
    assert [row.record for row in judged.quarantined] == list(range(1, lines + 1))
    assert ("; the first 3 are listed" in judged.outcome.message) == (bad > lines)


def test_rows_in_no_order_of_a_refused_file_are_told_from_the_first(tmp_path: Path) -> None:
    told = QuarantineFile(CONTRACT, tmp_path / "lines", NOW)
    rows = [batch([(number, "count", "x", "y")], 0) for number in range(12_000, 0, -1000)]

    told.write_all(
        duckdb.connect(), [*rows, batch([(1, "count", "x", "y")] * 10_000, 0)], refused=True
    )

    lines = told.path.read_text().splitlines()
    assert len(lines) == 10_000
    assert '"record":1,' in lines[-1]
