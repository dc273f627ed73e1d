"""The catalogue of bad inputs, Parquet: what becomes of each, and what its message says."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.formats.parquet import reader as parquet_file
from ingestion.limits import Limits
from ingestion.records import FileNotes
from tests.support.judging import NOW, contract_of, judge, readings

PARQUET = readings(format={"type": "parquet"})
START = datetime(2026, 1, 7, 2, tzinfo=UTC)


def table(rows: int = 6, **columns: pa.Array) -> pa.Table:
    """Readings that nothing is wrong with, but for the columns given."""
    good = {
        "station": pa.array(["PKT-01"] * rows),
        "parameter": pa.array(["dissolved_oxygen"] * rows),
        "time": pa.array(
            [START + timedelta(minutes=n) for n in range(rows)], pa.timestamp("us", "UTC")
        ),
        "value": pa.array([n + 0.25 for n in range(rows)]),
        "unit": pa.array(["mg/L"] * rows),
    }
    return pa.table(good | columns)


def written(content: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(content, sink, write_page_checksum=True, **options)
    return sink.getvalue()


def test_values_come_back_from_every_stored_type(tmp_path: Path) -> None:
    east = timezone(timedelta(hours=7))
    content = table(
        3,
        station=pa.array(["PKT-01"] * 3).dictionary_encode(),
        parameter=pa.array(["dissolved_oxygen"] * 3, pa.large_string()),
        time=pa.array(
            [START.astimezone(east) + timedelta(seconds=n) for n in range(3)],
            pa.timestamp("ns", "Asia/Bangkok"),
        ),
        value=pa.array([Decimal("1.50"), Decimal("2.25"), Decimal("3.00")], pa.decimal128(8, 2)),
    )

    judged = judge(PARQUET, written(content), tmp_path)

    assert judged.column("value") == [1.5, 2.25, 3.0]
    assert judged.column("time") == [START + timedelta(seconds=n) for n in range(3)]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint32(), pa.int64(), pa.float32(), pa.float64()])
def test_whole_numbers_come_back_from_every_width(kind: pa.DataType, tmp_path: Path) -> None:
    contract = contract_of([{"name": "count", "type": "integer"}], format={"type": "parquet"})

    judged = judge(contract, written(pa.table({"count": pa.array([0, 7, 127], kind)})), tmp_path)

    assert judged.column("count") == [0, 7, 127]


def test_a_date_and_a_truth_value_come_back(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "opened", "type": "date"}, {"name": "is_open", "type": "boolean"}],
        format={"type": "parquet"},
    )
    content = pa.table({"opened": pa.array([date(2026, 1, 8)]), "is_open": pa.array([True])})

    judged = judge(contract, written(content), tmp_path)

    assert (judged.column("opened"), judged.column("is_open")) == ([date(2026, 1, 8)], [True])


def test_no_rows_are_accepted_with_a_warning(tmp_path: Path) -> None:
    judged = judge(PARQUET, written(table(0)), tmp_path)

    assert (judged.outcome.status, judged.outcome.records) == ("accepted", 0)
    assert judged.outcome.warnings[0].startswith("no rows")


def test_a_new_column_is_kept_beside_the_rows_and_reported(tmp_path: Path) -> None:
    content = table(2, flag=pa.array([1, None]), place=pa.array([{"x": 1}, None]))

    judged = judge(PARQUET, written(content), tmp_path)

    assert judged.outcome.new_columns == ("flag", "place")
    assert [row["_rescued"] for row in judged.accepted] == [
        '{"flag": 1, "place": {"x": 1}}',
        '{"flag": null, "place": null}',
    ]


def test_times_of_a_new_column_are_kept_whatever_their_resolution_and_year(tmp_path: Path) -> None:
    days_to_18387 = 5_996_220
    content = table(
        1,
        fine=pa.array([1], pa.timestamp("ns", "UTC")),
        far=pa.array([days_to_18387 * 86_400_000_000], pa.timestamp("us")),
        each=pa.array([[{"at": 1}]], pa.list_(pa.struct({"at": pa.timestamp("ns")}))),
        seen=pa.array([[("first", 1)]], pa.map_(pa.string(), pa.timestamp("ns"))),
        kind=pa.array(["ก"]).dictionary_encode(),
    )

    judged = judge(PARQUET, written(content), tmp_path)

    assert json.loads(str(judged.accepted[0]["_rescued"])) == {
        "fine": "1970-01-01 00:00:00.000000001Z",
        "far": "18387-02-04 00:00:00.000000",
        "each": [{"at": "1970-01-01 00:00:00.000000001"}],
        "seen": [["first", "1970-01-01 00:00:00.000000001"]],
        "kind": "ก",
    }


def test_bad_values_and_missing_keys_are_quarantined_by_row(tmp_path: Path) -> None:
    content = table(
        10,
        station=pa.array(["PKT-01", None, *["PKT-01"] * 8]),
        value=pa.array([1.0, 2.0, float("nan"), float("inf"), -999.0, 99.0, *[1.0] * 4]),
    )

    judged = judge(PARQUET, written(content), tmp_path)

    assert [(row.place, row.code, row.column) for row in judged.quarantined] == [
        ("row 2", "value_missing", "station"),
        ("row 3", "value_not_finite", "value"),
        ("row 4", "value_not_finite", "value"),
        ("row 5", "value_sentinel", "value"),
        ("row 6", "value_out_of_range", "value"),
    ]
    assert judged.quarantined[4].found == "99"


def test_rows_from_the_future_and_from_long_ago_are_quarantined_by_row(tmp_path: Path) -> None:
    times = [START + timedelta(minutes=n) for n in range(6)]
    times[1], times[4] = NOW + timedelta(hours=1, seconds=1), datetime(1970, 1, 1, tzinfo=UTC)

    judged = judge(
        PARQUET, written(table(time=pa.array(times, pa.timestamp("us", "UTC")))), tmp_path
    )

    assert [(row.place, row.code, row.column) for row in judged.quarantined] == [
        ("row 2", "ts_future", "time"),
        ("row 5", "ts_ancient", "time"),
    ]
    assert "2026-01-09T02:00:00+00:00" in judged.quarantined[0].expected


def test_texts_that_no_text_may_be_are_quarantined_by_row(tmp_path: Path) -> None:
    texts = [b"PKT-01"] * 6
    texts[1], texts[3], texts[4] = b"PKT\x00-01", b"PKT-\xff\xfe", b"A" * 140_000
    stations = pa.Array.from_buffers(pa.string(), 6, pa.array(texts, pa.binary()).buffers())

    judged = judge(PARQUET, written(table(station=stations)), tmp_path)

    assert [(row.place, row.code, row.column) for row in judged.quarantined] == [
        ("row 2", "control_char", "station"),
        ("row 4", "encoding", "station"),
        ("row 5", "field_too_large", "station"),
    ]
    assert "PKT-\\\\xff\\\\xfe" in judged.quarantined[1].raw
    assert judged.outcome.accepted == 3


def test_rows_are_numbered_through_all_row_groups(tmp_path: Path) -> None:
    content = table(50, value=pa.array([1.0] * 49 + [-999.0]))

    judged = judge(PARQUET, written(content, row_group_size=7), tmp_path)

    assert (judged.codes, judged.outcome.accepted) == ([(50, "value_sentinel")], 49)


GOOD = written(table())
NAIVE = pa.array([START.replace(tzinfo=None) + timedelta(minutes=n) for n in range(6)])
REFUSED = {
    "empty": (b"", "empty_file", "0 bytes"),
    "is_csv": (b"station,value\nPKT-01,7\n", "format_mismatch", "expected Parquet"),
    "is_gzip": (b"\x1f\x8b\x08rest of it", "format_mismatch", "found gzip"),
    "html": (b"<html><title>Log in</title>", "html_document", "Log in"),
    "truncated": (GOOD[: len(GOOD) // 2], "parquet_corrupt", "footer|the end of the file"),
    "truncated_head": (GOOD[20:], "parquet_corrupt", "its beginning is missing"),
    "fake_magic": (b"PAR1" + b"nothing here" * 9 + b"PAR1", "parquet_corrupt", "footer"),
    "magic_alone": (b"PAR1PAR1", "parquet_corrupt", "footer"),
    "missing_column": (
        written(table().drop_columns("unit")),
        *("schema_mismatch", "expected column 'unit'"),
    ),
    "renamed_column": (
        written(table().rename_columns(["station_id", "parameter", "time", "value", "unit"])),
        *("schema_mismatch", "was 'station' renamed to 'station_id'?"),
    ),
    "duplicate_column": (
        written(table().append_column("Value", pa.array([1.0] * 6))),
        *("schema_mismatch", "'value' 2 times"),
    ),
    "value_is_string": (
        written(table(value=pa.array(["1.5"] * 6))),
        *("schema_mismatch", "column 'value': string, expected a number"),
    ),
    "value_is_boolean": (
        written(table(value=pa.array([True] * 6))),
        *("schema_mismatch", "column 'value': bool, expected a number"),
    ),
    "naive_timestamp": (
        written(table(time=NAIVE)),
        *("schema_mismatch", "column 'time': timestamp[us], expected a timestamp with a zone"),
    ),
    "time_is_date": (
        written(table(time=pa.array([date(2026, 1, 7)] * 6))),
        *("schema_mismatch", "column 'time': date32[day], expected a timestamp"),
    ),
    "nested_value": (
        written(table(value=pa.array([[1.0]] * 6))),
        *("schema_mismatch", "column 'value': list<"),
    ),
    "too_many_columns": (
        written(pa.table({f"c{n}": pa.array([1]) for n in range(600)})),
        *("too_many_columns", "600 columns|at most 512"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_such_table_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(PARQUET, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert [word for word in words.split("|") if word not in judged.outcome.message] == []


def test_naive_times_are_of_the_zone_that_the_contract_declares(tmp_path: Path) -> None:
    fields = [{"name": "time", "type": "timestamp", "zone": "Asia/Bangkok"}]
    contract = contract_of(fields, format={"type": "parquet"})

    judged = judge(contract, written(pa.table({"time": NAIVE})), tmp_path)

    assert judged.column("time")[0] == START - timedelta(hours=7)


def test_numbers_kept_as_text_are_taken_where_the_contract_spells_them(tmp_path: Path) -> None:
    fields = [{"name": "people", "type": "integer", "thousands": ",", "missing": {"-": "missing"}}]
    contract = contract_of(fields, format={"type": "parquet"})

    judged = judge(contract, written(pa.table({"people": ["1,234", "-"]})), tmp_path)

    assert judged.column("people") == [1234, None]


def test_a_page_with_a_flipped_bit_is_noticed_by_its_checksum(tmp_path: Path) -> None:
    content = table(1000, value=pa.array([n % 20 + 0.5 for n in range(1000)]))
    body = bytearray(written(content, compression="none", use_dictionary=False))
    at = bytes(body).index(pa.array([7.5, 8.5]).buffers()[1].to_pybytes()[:16])
    body[at + 6] ^= 1

    judged = judge(PARQUET, bytes(body), tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", "parquet_corrupt")
    assert "a broken page" in judged.outcome.message


def test_a_flipped_bit_is_never_more_than_an_outcome(tmp_path: Path) -> None:
    chance = random.Random(20260108)

    for _ in range(60):
        body = bytearray(GOOD)
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)

        assert judge(PARQUET, bytes(body), tmp_path).outcome.status in ("accepted", "refused")


def test_the_number_of_a_text_that_is_not_there_is_a_broken_page(tmp_path: Path) -> None:
    contract = contract_of([{"name": "pier", "type": "string"}], format={"type": "parquet"})
    sink = io.BytesIO()
    pq.write_table(pa.table({"pier": ["a", "b", "c", "b", "a"] * 40}), sink, compression="none")
    body = sink.getvalue()
    messages = []

    for at in range(60, 90):  # among the numbers, and the header before them
        broken = bytearray(body)
        broken[at] ^= 0x55
        outcome = judge(contract, bytes(broken), tmp_path).outcome
        assert outcome.code in ("", "parquet_corrupt")
        messages.append(outcome.message)

    assert any("the number of a text that is not there" in message for message in messages)


def test_of_what_was_read_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "_BATCH", 200)
    contract = contract_of([{"name": "noise", "type": "string"}], format={"type": "parquet"})
    chance, path = random.Random(7), tmp_path / "file"
    texts = [chance.randbytes(500).hex() for _ in range(8_000)]
    pq.write_table(pa.table({"noise": texts}), path, row_group_size=200, use_dictionary=False)
    before = held = pa.total_allocated_bytes()

    for batch in parquet_file.read_parquet(path, contract, Limits(), FileNotes()):
        assert batch.num_rows
        held = pa.total_allocated_bytes()

    assert held - before < path.stat().st_size / 2
