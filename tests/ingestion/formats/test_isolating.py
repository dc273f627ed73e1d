"""A defect of ours costs a row and blames nobody; a file full of extremes meets none.

Belongs here: failures that a test brings about inside the parser, and cells at the ends of what
types can hold. Does not belong here: files that harm the parser's process (`test_sandbox.py`).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts import SourceContract
from ingestion.faults import Refused
from ingestion.fields.rows import PlainRows
from ingestion.formats.delimited import reader as delimited
from ingestion.formats.isolating import failing
from ingestion.formats.json.members import Members
from ingestion.formats.xlsx.cells import CellReader
from ingestion.judging import planned
from ingestion.judging.keys.hashes import KeyHashes
from tests.support.judging import Judged, contract_of, csv_of, json_of, judge

FIELDS: list[dict[str, object]] = [
    {"name": "id", "type": "string"},
    {"name": "note", "type": "string", "thai_digits": True},
]
"""Thai digits are read by the casts alone, so that every row goes through them."""
DATED: dict[str, object] = {"name": "seen", "type": "timestamp", "formats": ["epoch_us"]}


def two(form: str = "csv", **words: object) -> SourceContract:
    return contract_of(FIELDS, format={"type": form}, tolerance={"quarantined_pct": 100}, **words)


def rows(count: int, *wrong: int) -> list[str]:
    return [f"a{n},{'boom' if n in wrong else 'well'}" for n in range(count)]


def fragile(work: Callable[..., object], holds: Callable[..., bool]) -> Callable[..., object]:
    """The same work, which fails on what holds that."""

    def failing_work(*arguments: object, **options: object) -> object:
        if holds(*arguments):
            raise ZeroDivisionError("the note says boom")
        return work(*arguments, **options)

    return failing_work


def cast_fails(patch: pytest.MonkeyPatch, holds: Callable[..., bool]) -> None:
    patch.setattr(planned, "cast", fragile(planned.cast, holds))


def in_table(_con: object, _contract: object, table: pa.Table, _now: object) -> bool:
    return "boom" in table["c1"].to_pylist()


@pytest.mark.parametrize(("count", "wrong"), [(1, (0,)), (2, (1,)), (40, (0, 17, 39)), (7, ())])
def test_casts_that_fail_on_rows_cost_those_rows(
    count: int, wrong: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast_fails(monkeypatch, in_table)

    judged = judge(two(), csv_of(*rows(count, *wrong), header="id,note"), tmp_path)

    assert judged.codes == [(n + 1, "parser_defect") for n in wrong]
    assert judged.outcome.accepted == count - len(wrong)
    assert judged.outcome.has_our_defect == bool(wrong)


def test_a_row_on_which_we_failed_is_told_as_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast_fails(monkeypatch, in_table)

    (told,) = judge(two(), csv_of(*rows(2, 1), header="id,note"), tmp_path).quarantined

    assert (told.record, told.place, told.found) == (2, "line 3", "ZeroDivisionError")
    assert "a defect of the platform and not of the sender: report it" in told.expected
    assert "boom" in told.raw


def test_a_wide_record_on_which_we_failed_is_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast_fails(monkeypatch, in_table)
    takes = [{"take": {"note": "one"}}, {"take": {"note": "two"}}]
    contract = two(unpivot=takes)
    body = csv_of("a,well,well", "b,boom,well", header="id,one,two")

    judged = judge(contract, body, tmp_path)

    assert (judged.codes, judged.outcome.accepted, judged.outcome.rows) == (
        [(2, "parser_defect")],
        2,
        3,
    )


def test_casts_that_fail_whatever_the_rows_stop_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast_fails(monkeypatch, lambda *_: True)

    with pytest.raises(ZeroDivisionError):
        judge(two(), csv_of(*rows(3), header="id,note"), tmp_path)


def test_a_glance_that_fails_costs_no_row_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlainRows, "read", fragile(PlainRows.read, lambda *_: True))
    contract = contract_of([{"name": "id", "type": "string"}, {"name": "count", "type": "integer"}])

    outcome = judge(contract, csv_of("a,1", "b,2", header="id,count"), tmp_path).outcome

    assert outcome.accepted == 2
    assert outcome.warnings == (
        "a defect of the platform (ZeroDivisionError) cost time and no row; report it",
    )


@pytest.mark.parametrize("form", ["csv", "json_lines"])
def test_a_reader_that_fails_on_a_record_costs_that_record(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = fragile(delimited._Checker.values, lambda _, record: "boom" in record.text)
    monkeypatch.setattr(delimited._Checker, "values", fails)
    flat = fragile(Members.flat, lambda _, record: record["note"] == "boom")
    monkeypatch.setattr(Members, "flat", flat)
    bodies = {
        "csv": csv_of(*rows(3, 1), header="id,note"),
        "json_lines": json_of(*({"id": n, "note": w} for n, w in ("aw", "bw"))).replace(
            '"w"}\n', '"boom"}\n', 1
        ),
    }

    judged = judge(two(form), bodies[form], tmp_path)

    assert [code for _, code in judged.codes] == ["parser_defect"]
    assert judged.outcome.accepted == judged.outcome.records - 1


def test_a_key_on_which_we_fail_costs_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = fragile(KeyHashes.of, lambda _, rows: "boom" in rows["note"].to_pylist())
    monkeypatch.setattr(KeyHashes, "of", hashes)

    judged = judge(two(key=["id"]), csv_of(*rows(5, 2), "a0,well", header="id,note"), tmp_path)

    assert judged.codes == [(3, "parser_defect")]
    assert (judged.outcome.accepted, judged.outcome.deduplicated) == (4, 1)
    assert '"note": "boom"' in judged.quarantined[0].raw


def test_a_cell_of_a_sheet_on_which_we_fail_costs_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = fragile(CellReader.text, lambda _, cell: cell.text == "boom")
    monkeypatch.setattr(CellReader, "text", read)
    book, sink = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "note"], ["a", "well"], ["b", "boom"], ["c", "well"]):
        book.active.append(row)
    book.save(sink)

    judged = judge(two("xlsx"), sink.getvalue(), tmp_path)

    assert (judged.codes, judged.column("id")) == ([(2, "parser_defect")], ["a", "c"])


@pytest.mark.parametrize(
    "error", [MemoryError(), Refused("empty_file", "a", "b", "c"), OSError(28, "full")]
)
def test_limits_and_verdicts_are_no_defects(error: Exception) -> None:
    def work(first: int, end: int) -> None:
        raise AssertionError

    with pytest.raises(type(error)):
        failing(work, 5, error)


def test_very_many_rows_on_which_we_fail_are_no_matter_of_rows() -> None:
    def work(first: int, end: int) -> None:
        if end > first:
            raise KeyError(first)

    assert len(failing(work, 100, KeyError())) == 100
    with pytest.raises(KeyError):
        failing(work, 1000, KeyError())


@given(st.sets(st.integers(0, 299), max_size=12), st.integers(0, 300))
def test_exactly_the_failing_rows_are_found(wrong: set[int], count: int) -> None:
    def work(first: int, end: int) -> None:
        if any(first <= at < end for at in wrong):
            raise KeyError

    expected = sorted(at for at in wrong if at < count)
    if count:
        assert list(failing(work, count, KeyError())) == expected


def stored(*moments: int, unit: str = "us") -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"seen": pa.array(moments, pa.timestamp(unit, "UTC"))}), sink)
    return sink.getvalue()


NOW = int(datetime(2026, 1, 7, tzinfo=UTC).timestamp())
FAR = {"year 10000": 253402300800, "year 33658": 999999999999, "year 0": -62167219200}


@pytest.mark.parametrize("far", FAR)
def test_a_key_outside_the_years_of_calendars_costs_its_row(far: str, tmp_path: Path) -> None:
    texts = [f"{second * 10**6}" for second in (NOW, FAR[far])]
    words: dict[str, object] = {"key": ["seen"], "day": "seen"}
    words["tolerance"] = {"quarantined_pct": 100}
    counted = contract_of([DATED], **words)
    as_stored = contract_of(
        [{"name": "seen", "type": "timestamp"}], **words, format={"type": "parquet"}
    )

    found = [
        judge(counted, csv_of(*texts, header="seen"), tmp_path),
        judge(as_stored, stored(NOW * 10**6, FAR[far] * 10**6), tmp_path),
    ]

    for judged in found:
        assert (judged.outcome.accepted, len(judged.codes)) == (1, 1)
        assert judged.codes[0][1] in ("ts_future", "ts_ancient", "ts_format")


@pytest.mark.parametrize("text", ["-9223372036854775808", "9223372036854775807", "9" * 40, "-543"])
def test_a_year_is_four_digits_whatever_else_a_number_may_be(text: str, tmp_path: Path) -> None:
    contract = contract_of([{"name": "year", "type": "year", "era": "buddhist"}])

    judged = judge(contract, csv_of("2568", text, "2569", header="year"), tmp_path)

    assert (judged.column("year"), judged.codes) == ([2025, 2026], [(2, "value_not_number")])


KINDS: dict[str, dict[str, object]] = {
    "text": {"type": "string"},
    "code": {"type": "string", "pattern": r"^[A-Z]+\$$"},
    "whole": {"type": "integer", "minimum": -5, "sentinels": ["-1"]},
    "tiny": {"type": "number", "multiply": 5e-324},
    "inch": {"type": "number", "multiply": 0.0254},
    "grouped": {"type": "number", "thousands": ","},
    "truth": {"type": "boolean"},
    "day": {"type": "date"},
    "thai_day": {"type": "date", "formats": ["%d/%m/%Y", "%d %B %Y"], "era": "buddhist"},
    "old_day": {"type": "date", "earliest": "0001-01-01"},
    "fiscal": {"type": "date", "formats": ["%d/%m/%y"], "calendar": "fiscal", "era": "buddhist"},
    "moment": {"type": "timestamp"},
    "old_moment": {"type": "timestamp", "earliest": "0001-01-01", "zone": "America/New_York"},
    "counted": {"type": "timestamp", "formats": ["epoch_ms"]},
    "counted_us": {"type": "timestamp", "formats": ["epoch_us", "epoch_s"]},
    "serial": {"type": "timestamp", "formats": ["excel_serial"], "zone": "Asia/Bangkok"},
    "year": {"type": "year", "era": "buddhist"},
    "month": {"type": "integer", "calendar": "month"},
    "items": {"type": "string", "items": True},
    "place": {"type": "string", "place": "tambon"},
}
EXTREMES = [
    *("0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("2026-01-07T00:00:00+99:99", "2026-01-07T23:59:60Z", "10000-01-01", "0000-01-01"),
    *("2026-01-07T00:00:00Z", "2026-01-07", "2568-02-29", "31/12/9999", "01/01/0543"),
    *("29/02/2567", "1 มกราคม 2569", "01/01/00", "253402300800000", "999999999999999999"),
    *("1767700000000", "1767700000", "999999999999999", "46000", "9999999", "2958466"),
    *("1e309", "-1e309", "1e-400", "NaN", "-inf", "9" * 400, "-0", "1,234,567", "12", "-1"),
    *("9223372036854775808", "-9223372036854775808", "2568", "0000", "๑๒", "²", "½", ""),
    *("US$", "{a,b}", '{"', "\\", "'", "%s", "true", "\U0001f600", "e\u0301", "\u0e4d\u0e32"),
    "a" * 2000,
]


@given(st.data())
def test_extreme_cells_are_judged_and_meet_no_defect(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    names = data.draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4, unique=True))
    key = data.draw(st.sets(st.sampled_from(names)))
    days = [None, *(n for n in names if KINDS[n]["type"] in ("date", "timestamp"))]
    contract = contract_of(
        [{"name": name, **KINDS[name]} for name in names],
        key=sorted(key),
        day=data.draw(st.sampled_from(days)),
        format={"type": "json_lines"},
        tolerance={"quarantined_pct": 100},
    )
    cells = st.sampled_from(EXTREMES) | st.text(max_size=12)
    records = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, cells)), max_size=8))

    judged: Judged = judge(contract, json_of(*records), tmp_path_factory.mktemp("extreme"))

    assert not judged.outcome.has_our_defect
    assert not any("defect of the platform" in remark for remark in judged.outcome.warnings)
