"""Values that Parquet stores as what they are become what their texts would become.

Belongs here: both ways held against each other. Does not belong here: what is right, which the
catalogue of bad inputs says (`test_bad_parquet.py`).
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.formats.parquet import reader as parquet_file
from ingestion.judging import sifting
from ingestion.records import printed
from tests.support.judging import contract_of, judge

START = datetime(2026, 1, 7, 2, tzinfo=UTC)
MOMENTS = [
    *(START + timedelta(minutes=n) for n in range(3)),
    START + timedelta(microseconds=500),
    START + timedelta(days=900),
    datetime(1970, 1, 1, tzinfo=UTC),
    None,
]
NUMBERS = [0.0, -0.0, 1.5, 99.0, -999.0, 1e20, 1e-7, float("nan"), float("inf"), None]
CASES = {
    "moments": ("timestamp", pa.array(MOMENTS, pa.timestamp("us", "Asia/Bangkok"))),
    "milliseconds": ("timestamp", pa.array(MOMENTS[:3], pa.timestamp("ms", "UTC"))),
    "beyond_all_years": ("timestamp", pa.array([10**18, -(10**17)], pa.timestamp("us", "UTC"))),
    "nanoseconds": ("timestamp", pa.array([10**18, 10**18 + 1], pa.timestamp("ns", "UTC"))),
    "numbers": ("number", pa.array(NUMBERS)),
    "small_floats": ("number", pa.array([0.1, 1.5], pa.float32())),
    "whole_as_number": ("number", pa.array([1, -999, 2**60 + 1, None])),
    "integers": ("integer", pa.array([0, -7, 101, 2**62, -(2**63), None])),
    "large_integers": ("integer", pa.array([1, 2**64 - 1], pa.uint64())),
    "days": ("date", pa.array([date(2026, 1, 7), date(1800, 1, 1), date(2900, 1, 1), None])),
}

AS_READ = {"name": "reading", "type": "string"}
TEXTS = {
    "texts": ([AS_READ], ["a", " a ", "a", "", None, "ภูเก็ต", "à"]),
    "required": ([AS_READ | {"required": True}], ["a", None, "", " "]),
    "words": ([AS_READ | {"allowed": {"high": ["สูง", "HI"], "low": []}}], ["สูง", "low", "x", None]),
    "pattern": ([AS_READ | {"pattern": "^[a-z]{2}$"}], ["ab", "abc", "a", ""]),
    "too_long": ([AS_READ | {"max_length": 2}], ["ab", "abc"]),
    "reasons": ([AS_READ | {"missing": {"-": "pending", "": "missing"}}], ["-", "a", None, ""]),
    "part": ([AS_READ | {"part": {"separator": "/", "number": 2}}], ["a/b", "a", None]),
    "letters": ([AS_READ | {"letter_case": "upper"}], ["a", "B", "é", None]),
    "places": ([AS_READ | {"place": "amphoe"}], ["Kathu", "กะทู้", "Nowhere", None]),
    "twice": ([AS_READ, {"name": "again", "type": "string", "source": "reading"}], ["a", "b"]),
    "nothing": ([AS_READ], [None, None]),
    "control": ([AS_READ], ["a", "b\x07", None]),
}


@pytest.mark.parametrize("batch", [100, 1 << 16])
@pytest.mark.parametrize("case", TEXTS)
def test_a_text_stored_once_is_judged_as_one_that_is_repeated(
    case: str, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, texts = TEXTS[case]
    contract = contract_of(fields, format={"type": "parquet"}, tolerance={"quarantined_pct": 100})
    monkeypatch.setattr(parquet_file, "_BATCH", batch)
    monkeypatch.setattr(sifting, "CHUNK", 3 * batch)
    sink = io.BytesIO()
    # One after the other, so that some batches have no good row, and others no bad one.
    column = pa.array([text for text in texts for _ in range(500)], pa.string())
    pq.write_table(pa.table({"reading": column}), sink, row_group_size=1_300)
    found: list[list[str]] = []
    repeating = parquet_file._repeating
    monkeypatch.setattr(
        parquet_file, "_repeating", lambda *given: found.append(repeating(*given)) or found[-1]
    )
    once = judge(contract, sink.getvalue(), tmp_path / "once")
    monkeypatch.setattr(parquet_file, "_repeating", lambda *_: [])
    as_text = judge(contract, sink.getvalue(), tmp_path / "as_text")

    assert found == [["reading"]]
    assert str(once.accepted) == str(as_text.accepted)
    assert once.quarantined == as_text.quarantined
    assert once.outcome == as_text.outcome
    assert written(tmp_path / "once") == written(tmp_path / "as_text") != []


def written(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*.parquet")]


def test_a_stored_moment_is_no_count_of_time_whatever_stands_beside_it(tmp_path: Path) -> None:
    fields = [{"name": "reading", "type": "timestamp", "formats": ["epoch_ms"]}]
    contract = contract_of(fields, format={"type": "parquet"}, tolerance={"quarantined_pct": 100})
    sink = io.BytesIO()
    pq.write_table(pa.table({"reading": CASES["milliseconds"][1]}), sink)

    judged = judge(contract, sink.getvalue(), tmp_path)

    assert [code for _, code in judged.codes] == ["ts_format"] * 3
    assert "epoch_ms" in judged.quarantined[0].expected


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_a_stored_value_is_judged_as_its_text_is(
    case: str, required: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, column = CASES[case]
    words = {"maximum": 100} if kind in ("number", "integer") else {}
    words |= {"sentinels": ["-999"]} if kind == "number" else {}
    contract = contract_of(
        [{"name": "reading", "type": kind, "required": required, **words}],
        format={"type": "parquet"},
        tolerance={"quarantined_pct": 100},
    )
    sink = io.BytesIO()
    pq.write_table(pa.table({"reading": column}), sink)

    typed = judge(contract, sink.getvalue(), tmp_path)
    known = parquet_file._typed
    monkeypatch.setattr(parquet_file, "_typed", lambda *given: printed(known(*given)))
    as_text = judge(contract, sink.getvalue(), tmp_path)

    assert str(typed.accepted) == str(as_text.accepted)
    assert typed.quarantined == as_text.quarantined
    assert typed.outcome == as_text.outcome
