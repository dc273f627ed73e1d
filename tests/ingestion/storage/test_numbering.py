"""The newest of numbered objects is found by a few questions, whatever was written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.storage import ObjectStore, StoreUnavailable, keys
from ingestion.storage.numbering import newest, tell, told
from tests.support.counting import CountingStore

NEWEST = keys.NEWEST_BUILD


def numbered(count: int) -> CountingStore:
    store = CountingStore()
    store.objects = {keys.commit(number): b"" for number in range(1, count + 1)}
    return store


@given(st.integers(0, 3000), st.integers(0, 4000))
def test_whatever_was_told_the_newest_is_found(count: int, said: int) -> None:
    store = numbered(count)

    assert newest(store, keys.commit, said) == count
    assert set(store.asked) == {"head"}


@pytest.mark.parametrize(("said", "most"), [(10_000, 2), (9_999, 4), (9_900, 15), (0, 29)])
def test_of_ten_thousand_the_newest_is_told_by_few_questions(said: int, most: int) -> None:
    store = numbered(10_000)

    assert newest(store, keys.commit, said) == 10_000
    assert store.requests <= most


@pytest.mark.parametrize("said", [-1, -(10**9), 10**8, 10**12, keys.MAX_NUMBER])
def test_a_number_that_no_key_can_have_is_not_asked_for(said: int) -> None:
    assert newest(numbered(3), keys.commit, said) == 3


def test_what_was_told_before_a_gap_does_not_hide_what_comes_after_it() -> None:
    store = numbered(100)
    store.delete(keys.commit(64))

    assert newest(store, keys.commit, 100) == 100


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b"7", b"\xff", b'{"number":0}', b'{"number":-4}', b"{}"),
        *(b'{"number":"x"}', b'{"number":100000000}', b'{"number":1.5}'),
    ],
)
def test_a_word_that_cannot_be_read_tells_nothing(body: bytes) -> None:
    store = CountingStore()
    store.put(NEWEST, body)

    assert told(store, NEWEST) == 0


def test_what_is_told_is_read_in_every_store(store: ObjectStore) -> None:
    assert told(store, NEWEST) == 0
    assert newest(store, keys.commit) == 0

    for number in (1, 2, 3):
        store.put(keys.commit(number), b"{}", if_absent=True)
        tell(store, NEWEST, number)

    assert newest(store, keys.commit) == newest(store, keys.commit, told(store, NEWEST)) == 3


def test_a_store_that_does_not_take_the_word_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    class Full(CountingStore):
        def put(self, key: str, body: object, **options: object) -> object:  # type: ignore[override]
            raise StoreUnavailable("the disk is full")

    tell(Full(), NEWEST, 3)

    assert "builds/newest.json was not written: the disk is full" in caplog.text
