"""Of rows whose hash comes twice all are suspected, each once, wherever they stand."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ingestion.judging.keys.hashes import HASH, KeyHashes
from ingestion.judging.keys.suspects import Suspects
from ingestion.judging.spool import Spool
from tests.support.judging import readings

ENGINE = duckdb.connect()


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=8), max_size=12))
def test_all_rows_with_a_hash_that_comes_twice_are_told_once(batches):
    hashes, place = KeyHashes(ENGINE, readings()), 0
    with tempfile.TemporaryDirectory() as folder:
        good, suspects = Spool(Path(folder) / "good"), Suspects(Path(folder) / "suspects")
        for batch in batches:
            rows = pa.record_batch({HASH: pa.array(batch, pa.uint64())})
            suspects.add([rows[:2], rows[2:]], place, hashes.met_before(np.array(batch, np.uint64)))
            good.add(rows)
            place += len(batch)
        told = [row for rows in suspects.rows(good) for row in rows.to_pylist()]

    every = [value for batch in batches for value in batch]
    counts = Counter(every)
    assert sorted((row["_row"], row[HASH]) for row in told) == [
        (place, value) for place, value in enumerate(every) if counts[value] > 1
    ]


def test_rows_far_apart_are_found_among_those_that_wait(tmp_path):
    hashes, place = KeyHashes(ENGINE, readings()), 0
    good, suspects = Spool(tmp_path / "good"), Suspects(tmp_path / "suspects")
    for batch in ([1, 2], [3], [4], [2, 5], [2]):
        rows = pa.record_batch({HASH: pa.array(batch, pa.uint64())})
        suspects.add([rows], place, hashes.met_before(np.array(batch, np.uint64)))
        good.add(rows)
        place += len(batch)

    told = [row["_row"] for rows in suspects.rows(good) for row in rows.to_pylist()]

    assert sorted(told) == [1, 4, 6]
