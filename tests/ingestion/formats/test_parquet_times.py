"""What Parquet stores beyond what a reader holds is a fault of its row, never another value."""

from __future__ import annotations

import io
import json
import struct
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.formats.parquet.times import FIRST_DAY, LAST_DAY
from tests.support.judging import Judged, contract_of, judge

PLAIN = {"compression": "none", "use_dictionary": False, "write_statistics": False}
OLD = {**PLAIN, "use_deprecated_int96_timestamps": True}
MOMENT = datetime(2026, 1, 8, 14, 30, 0, 123456)  # noqa: DTZ001 - INT96 knows no zones
JULIAN_1970 = 2_440_588


def written(column: pa.Array, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"number": range(len(column)), "cell": column}), sink, **options)
    return sink.getvalue()


def read(body: bytes, kind: str, folder: Path, **words: object) -> Judged:
    contract = contract_of(
        [{"name": "cell", "type": kind, **words}],
        format={"type": "parquet"},
        tolerance={"quarantined_pct": 100},
    )
    return judge(contract, body, folder)


def moments(body: bytes, folder: Path) -> Judged:
    return read(body, "timestamp", folder, zone="UTC")


@pytest.mark.parametrize("schema", [True, False])
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_int96_holds_days_that_nanoseconds_do_not(unit: str, schema: bool, tmp_path: Path) -> None:
    there = [MOMENT.replace(microsecond=0), datetime(9999, 12, 31), None, datetime(1, 1, 1)]  # noqa: DTZ001
    body = written(pa.array(there, pa.timestamp(unit)), **OLD, store_schema=schema)

    judged = moments(body, tmp_path)

    assert judged.column("cell") == [datetime(2026, 1, 8, 14, 30, tzinfo=UTC), None]
    assert [row.found[:10] for row in judged.quarantined] == ["9999-12-31", "0001-01-01"]


def test_a_fraction_of_a_second_of_int96_is_kept(tmp_path: Path) -> None:
    judged = moments(written(pa.array([MOMENT], pa.timestamp("us")), **OLD), tmp_path)

    assert judged.column("cell") == [MOMENT.replace(tzinfo=UTC)]


def patched(julian: int, nanos: int = 0) -> bytes:
    """A file of one INT96 with this day and this time, beside one that nothing is wrong with."""
    there = [MOMENT, datetime(2000, 1, 1)]  # noqa: DTZ001
    body = written(pa.array(there, pa.timestamp("us")), **OLD)
    known = struct.pack("<qi", 0, JULIAN_1970 + 10_957)
    assert body.count(known) == 1
    return body.replace(known, struct.pack("<qI", nanos, julian))


@pytest.mark.parametrize(
    ("julian", "nanos"),
    [(2**32 - 1, 0), (2**31, 0), (110_000_000, 0), (JULIAN_1970 + 108_000_000, 0)],
)
def test_a_day_beyond_microseconds_is_told_and_harms_no_other(
    julian: int, nanos: int, tmp_path: Path
) -> None:
    judged = moments(patched(julian, nanos), tmp_path)

    assert judged.column("cell") == [MOMENT.replace(tzinfo=UTC)]
    assert judged.codes == [(2, "ts_format")]
    assert "a time in about the year" in judged.quarantined[0].found


def test_a_column_that_nobody_declared_is_no_other_time_either(tmp_path: Path) -> None:
    body = written(pa.array([datetime(9999, 12, 31)], pa.timestamp("us")), **OLD)  # noqa: DTZ001

    judged = judge(
        contract_of([{"name": "number", "type": "integer"}], format={"type": "parquet"}),
        body,
        tmp_path,
    )

    assert json.loads(str(judged.column("_rescued")[0]))["cell"].startswith("9999-12-31 00:00")


@pytest.mark.parametrize("inside", [True, False])
def test_times_inside_others_are_left_alone(inside: bool, tmp_path: Path) -> None:
    column = pa.array([[MOMENT]] if inside else [{"at": MOMENT}])

    judged = judge(
        contract_of([{"name": "number", "type": "integer"}], format={"type": "parquet"}),
        written(column, **OLD),
        tmp_path,
    )

    assert judged.outcome.accepted == 1


@pytest.mark.parametrize(
    "days", [2**31 - 1, -(2**31), LAST_DAY + 1, FIRST_DAY - 1, LAST_DAY + 100_000]
)
def test_a_day_beyond_all_years_is_told_and_harms_no_other(days: int, tmp_path: Path) -> None:
    known = (date(2026, 1, 8) - date(1970, 1, 1)).days

    judged = read(written(pa.array([days, known, None], pa.date32())), "date", tmp_path)

    assert judged.column("cell") == [date(2026, 1, 8), None]
    assert [record for record, _ in judged.codes] == [1]


@pytest.mark.parametrize("days", [LAST_DAY, FIRST_DAY])
def test_the_first_and_the_last_day_of_all_years_are_days(days: int, tmp_path: Path) -> None:
    words = {"earliest": "0001-01-01"}

    judged = read(written(pa.array([days], pa.date32())), "date", tmp_path, **words)

    told = [row.found for row in judged.quarantined] or [str(judged.column("cell")[0])]
    assert told[0] in ("9999-12-31", "0001-01-01")


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("count", [2**62, -(2**62)])
@pytest.mark.parametrize("zone", ["UTC", None])
def test_a_moment_beyond_all_years_is_told(
    unit: str, count: int, zone: str | None, tmp_path: Path
) -> None:
    body = written(pa.array([count, 0, None], pa.timestamp(unit, zone)))

    judged = moments(body, tmp_path)

    assert [record for record, _ in judged.codes] == [1, 2]
    assert judged.column("cell") == [None]


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([83000.0, 1.1, -0.0, float("nan")]), ["83000", "1.1", "0", None]),
        (pa.array([1e15, 1e20, 1e-7]), ["1000000000000000", "1" + "0" * 20, "0.0000001"]),
        (pa.array([1.1, 83000.0], pa.float32()), ["1.1", "83000"]),
        (pa.array(np.array([1.5, 65504], np.float16)), ["1.5", "65504"]),
        (pa.array([2**64 - 1, 0], pa.uint64()), ["18446744073709551615", "0"]),
        (pa.array(["1", "2"]).dictionary_encode(), ["1", "2"]),
    ],
)
def test_a_number_that_names_something_is_spelled_as_people_do(
    column: pa.Array, texts: list[str | None], tmp_path: Path
) -> None:
    assert read(written(column), "string", tmp_path).column("cell") == texts
