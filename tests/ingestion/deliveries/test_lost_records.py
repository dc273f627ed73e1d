"""A ledger record that is missing or damaged is named, and none is written in its place."""

from __future__ import annotations

import pytest

from ingestion.deliveries.ledger import Ledger
from ingestion.sealed import Damaged, seal
from ingestion.storage import ObjectInfo, keys
from tests.support.counting import CountingStore
from tests.support.judging import NOW
from tests.support.ledgers import CHECKPOINT, entry, filled


@pytest.mark.parametrize("lost", [1, 3, 4, 5])
def test_a_lost_record_is_named_before_anybody_writes_another_in_its_place(lost: int) -> None:
    store = CountingStore()
    filled(store, 6)
    store.delete(CHECKPOINT)
    store.delete(keys.ledger("readings", lost))

    for _ in range(2):
        with pytest.raises(Damaged, match=rf"0{lost}\.json .* is missing, and the record after it"):
            Ledger(store, "readings").append_once([entry(9)], NOW)

    assert keys.ledger("readings", lost) not in store.objects


def test_a_lost_newest_record_is_named_where_the_checkpoint_tells_of_it() -> None:
    store = CountingStore()
    filled(store, 8)
    store.delete(keys.ledger("readings", 8))

    with pytest.raises(Damaged, match=r"08\.json .* missing.*delete checkpoints/readings\.json"):
        Ledger(store, "readings").append_once([entry(9)], NOW)

    store.delete(CHECKPOINT)
    assert Ledger(store, "readings").append([entry(9)], NOW).number == 8


def test_a_record_of_no_bytes_is_damaged_and_not_missing() -> None:
    store = CountingStore()
    filled(store, 3)
    store.put(keys.ledger("readings", 2), b"")

    with pytest.raises(Damaged, match=r"02\.json"):
        Ledger(store, "readings").records()


def test_a_damaged_record_does_not_enter_a_checkpoint() -> None:
    store = CountingStore()
    filled(store, 6)
    store.delete(CHECKPOINT)
    store.put(keys.ledger("readings", 3), seal(b'{"number":3}'))

    with pytest.raises(Damaged, match=r"03\.json"):
        Ledger(store, "readings").append_once([entry(9)], NOW)

    assert CHECKPOINT not in store.objects


def test_a_record_that_comes_while_it_is_looked_for_is_not_lost() -> None:
    class Busy(CountingStore):
        """Two records are written just after the first look for one."""

        def head(self, key: str) -> ObjectInfo | None:
            if keys.ledger("readings", 1) not in self.objects:
                other = filled(CountingStore(), 2)
                self.objects |= other.objects
            return super().head(key)

    assert len(Ledger(Busy(), "readings").records()) == 2
