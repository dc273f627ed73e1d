"""To know the state of a source costs a few requests, however long its ledger is; and the state is
that of the records, whatever became of the checkpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import TransientError
from ingestion.ledger import Ledger, LedgerEntry, Seen
from ingestion.outstanding import outstanding
from ingestion.parsing.outcome import ParseOutcome
from ingestion.records import checkpoint_key
from ingestion.sealed import Damaged, seal, sha256
from ingestion.settings import Settings
from ingestion.storage import ObjectInfo, ObjectStore, StoreUnavailable, keys, open_store
from tests.support.counting import CountingStore
from tests.support.judging import NOW, readings

MONTH = 30 * 24 * 4
QUARTER = timedelta(minutes=15)
AT_MOST = 10
CHECKPOINT = checkpoint_key("readings")


def entry(number: int, *, refused: bool = False) -> LedgerEntry:
    hashed = sha256(str(number).encode())
    return LedgerEntry(
        source="readings",
        name=f"{number}.csv",
        origin=f"file:///drops/{number}.csv",
        mark="",
        sha256=hashed,
        size=1,
        raw=f"raw/readings/{hashed}.csv",
        received_at=NOW + number * QUARTER,
        contract_version="1.0.0",
        contract_hash="h",
        outcome=ParseOutcome(status="refused" if refused else "accepted", rows=1, accepted=1),
    )


def filled(store: ObjectStore, records: int) -> ObjectStore:
    """A ledger to which one process after the other added a record."""
    for number in range(1, records + 1):
        Ledger(store, "readings").append_once([entry(number)], NOW + number * QUARTER)
    return store


def state(ledger: Ledger) -> tuple[object, ...]:
    return (
        list(ledger.records()),
        ledger.receipts(),
        ledger.entries(),
        ledger.shown(),
        ledger.names(),
        ledger.last_number(),
        ledger.remembers(),
    )


def replayed(store: ObjectStore) -> tuple[object, ...]:
    """The state by the records alone."""
    return state(Ledger(store, "readings", one_by_one=True))


@pytest.fixture(scope="module")
def month() -> CountingStore:
    store = CountingStore()
    ledger = Ledger(store, "readings")
    for number in range(1, MONTH + 1):
        ledger.append_once([entry(number)], NOW + number * QUARTER)
    return store


def test_a_month_of_quarter_hours_is_known_by_ten_requests(month: CountingStore) -> None:
    month.forget()

    records = Ledger(month, "readings").records()

    assert month.requests <= AT_MOST, month.asked
    assert [record.number for record in records] == list(range(1, MONTH + 1))


def test_so_is_what_stands_of_it(month: CountingStore) -> None:
    ledger = Ledger(month, "readings")
    month.forget()

    found = outstanding(ledger, readings(), month, NOW)

    assert month.requests <= AT_MOST, month.asked
    assert found.entries == ()


@pytest.mark.parametrize("records", range(1, 14))
def test_it_is_so_after_every_record(records: int) -> None:
    store = CountingStore()
    filled(store, records)
    store.forget()

    assert state(Ledger(store, "readings")) == replayed(store)

    store.forget()
    Ledger(store, "readings").records()
    assert store.requests <= AT_MOST, store.asked


def whole(store: ObjectStore) -> bytes:
    return store.get(CHECKPOINT)


def gone(store: ObjectStore) -> None:
    store.delete(CHECKPOINT)


def flipped(store: ObjectStore) -> None:
    body = bytearray(whole(store))
    body[len(body) // 3] ^= 4
    store.put(CHECKPOINT, bytes(body))


def cut(store: ObjectStore) -> None:
    store.put(CHECKPOINT, whole(store)[:-100])


def emptied(store: ObjectStore) -> None:
    store.put(CHECKPOINT, b"")


def of_no_record(store: ObjectStore) -> None:
    store.put(CHECKPOINT, seal(b'{"packets":[]}'))


def of_noise(store: ObjectStore) -> None:
    store.put(CHECKPOINT, seal(b'{"packets":["AAAA"]}'))


def of_another_ledger(store: ObjectStore) -> None:
    other = CountingStore()
    for number in range(1, 5):
        Ledger(other, "readings").append([entry(100 + number)], NOW)
    store.put(CHECKPOINT, whole(other))


def older(store: ObjectStore) -> None:
    early = CountingStore()
    filled(early, 4)
    store.put(CHECKPOINT, whole(early))


USELESS = [flipped, cut, emptied, of_no_record, of_noise, of_another_ledger]


@pytest.mark.parametrize("harm", [gone, older, *USELESS])
def test_whatever_became_of_the_checkpoint_the_state_is_that_of_the_records(
    harm: Callable[[ObjectStore], None], caplog: pytest.LogCaptureFixture
) -> None:
    store = CountingStore()
    filled(store, 11)
    known = replayed(store)
    harm(store)

    with caplog.at_level(logging.WARNING):
        found = state(Ledger(store, "readings"))

    assert found == known
    told = f"{CHECKPOINT} in memory:// is damaged"
    assert (told in caplog.text) == (harm in USELESS)
    assert ("read one by one" in caplog.text) == (harm in USELESS)


@pytest.mark.parametrize("harm", [gone, older, *USELESS])
def test_whoever_adds_the_next_record_makes_it_anew(harm: Callable[[ObjectStore], None]) -> None:
    store = CountingStore()
    filled(store, 11)
    harm(store)

    Ledger(store, "readings").append_once([], NOW)  # nothing is new, and it is put right

    store.forget()
    assert state(Ledger(store, "readings")) == replayed(store)
    store.forget()
    Ledger(store, "readings").records()
    assert store.requests <= AT_MOST


def test_a_lake_of_the_time_before_checkpoints_gets_one_when_its_source_is_looked_at() -> None:
    store = CountingStore()
    filled(store, 30)
    gone(store)

    Ledger(store, "readings").append_once([], NOW)

    store.forget()
    assert len(Ledger(store, "readings").records()) == 30
    assert store.requests <= AT_MOST


def test_what_is_read_alone_writes_nothing() -> None:
    store = CountingStore()
    filled(store, 30)
    gone(store)
    before = dict(store.objects)

    state(Ledger(store, "readings"))

    assert store.objects == before


Deeds = st.lists(
    st.tuples(
        st.sampled_from(["new", "again", "refused", "seen", "nothing", "two"]),
        st.integers(0, 6),
        st.sampled_from(["whole", gone, older, *USELESS]),
    ),
    max_size=20,
)


@given(Deeds)
def test_the_state_by_the_checkpoint_is_the_state_by_all_records(
    deeds: list[tuple[str, int, object]],
) -> None:
    store = CountingStore()
    filled(store, 1)
    for turn, (deed, number, harm) in enumerate(deeds):
        now = NOW + turn * QUARTER
        seen = Seen(name=f"{number}.txt", mark="m", sha256="0" * 64, received_at=now)
        ledger = Ledger(store, "readings")
        if deed == "seen":
            ledger.append_once([], now, [seen])
        elif deed == "two":
            other = Ledger(store, "readings")
            other.records()
            ledger.append([entry(turn)], now)
            other.append([entry(turn + 100)], now)
        elif deed == "nothing":
            ledger.append_once([], now)
        else:
            moved = timedelta(hours=turn if deed == "again" else 0)
            word = entry(number, refused=deed == "refused")
            ledger.append([word.model_copy(update={"received_at": word.received_at + moved})], now)
        if callable(harm) and store.head(CHECKPOINT):
            harm(store)

    assert state(Ledger(store, "readings")) == replayed(store)


@pytest.mark.parametrize("lost", [1, 3, 4, 5])
def test_a_lost_record_is_named_before_anybody_writes_another_in_its_place(lost: int) -> None:
    store = CountingStore()
    filled(store, 6)
    gone(store)
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
    gone(store)
    store.put(keys.ledger("readings", 3), seal(b'{"number":3}'))

    with pytest.raises(Damaged, match=r"03\.json"):
        Ledger(store, "readings").append_once([entry(9)], NOW)

    assert CHECKPOINT not in store.objects


class Refusing(CountingStore):
    """A store that takes no checkpoint."""

    def put(self, key: str, body: bytes | Path, **options: object) -> ObjectInfo:  # type: ignore[override]
        if key.startswith("checkpoints/"):
            raise StoreUnavailable("the disk is full")
        return super().put(key, body, **options)  # type: ignore[arg-type]


def test_a_store_that_takes_no_checkpoint_loses_no_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Refusing()

    filled(store, 9)

    assert len(Ledger(store, "readings").records()) == 9
    assert "no checkpoint was written: the disk is full" in caplog.text
    assert issubclass(StoreUnavailable, TransientError)


def test_a_slower_writer_that_leaves_an_older_checkpoint_loses_no_record() -> None:
    store = CountingStore()
    filled(store, 7)
    slow = Ledger(store, "readings")
    slow.append([entry(8)], NOW)
    late = whole(store)
    filled(store, 20)
    known = replayed(store)

    store.put(CHECKPOINT, late)

    assert state(Ledger(store, "readings")) == known
    Ledger(store, "readings").append([entry(21)], NOW)
    store.forget()
    Ledger(store, "readings").records()
    assert store.requests <= AT_MOST


def test_a_folder_keeps_the_same_checkpoint(tmp_path: Path) -> None:
    folder = open_store(str(tmp_path), Settings())
    memory = CountingStore()

    filled(folder, 11)
    filled(memory, 11)

    assert whole(folder) == whole(memory)
    assert state(Ledger(folder, "readings")) == state(Ledger(memory, "readings"))
