"""A row is told to repeat a key exactly when a row before it has the same hash."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.judging.keys import hashes as key_hashes
from ingestion.judging.keys.hashes import KeyHashes
from tests.support.judging import readings

ENGINE = duckdb.connect()
FAR = 1 << 60
NUMBERS = st.integers(0, 12)
HASHES = st.one_of(NUMBERS, NUMBERS.map(lambda n: n * FAR + n), NUMBERS.map(lambda n: n << 8))
"""Few, so that they come again; in one place of the sieve or in others, and alike there or not."""


@given(batches=st.lists(st.lists(HASHES, min_size=1, max_size=9), max_size=40))
@pytest.mark.parametrize("at_once", [2, 8])
def test_rows_whose_hash_came_before_are_met(batches, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_hashes, "_AT_ONCE", at_once)
        keys = KeyHashes(ENGINE, readings())
        met = [keys.met_before(np.array(batch, np.uint64)) for batch in batches]

    seen: set[int] = set()
    for batch, told in zip(batches, met, strict=True):
        assert told.elsewhere.tolist() == sorted(seen & set(batch))
        again = set()
        for value, came_before in zip(batch, told.rows.tolist(), strict=True):
            assert came_before == (value in seen)
            again |= {value} & seen
            seen.add(value)
        assert told.again.tolist() == sorted(again)
