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

from ingestion.deliveries.ledger import Ledger, Seen
from ingestion.deliveries.ledger_records import Checkpoint
from ingestion.deliveries.outstanding import outstanding
from ingestion.errors import TransientError
from ingestion.sealed import Damaged, seal
from ingestion.settings import Settings
from ingestion.storage import ObjectInfo, ObjectStore, StoreUnavailable, keys, open_store
from tests.support.counting import CountingStore
from tests.support.ingesting import Crash, CrashingStore
from tests.support.judging import NOW, readings
from tests.support.ledgers import CHECKPOINT, QUARTER, entry, filled, replayed, state
from tests.support.s3_server import S3Server

MONTH = 30 * 24 * 4
AT_MOST = 10


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


def of_swapped_records(store: ObjectStore) -> None:
    bodies = [store.get(keys.ledger("readings", n)) for n in (1, 3, 2, 4)]
    body = Checkpoint().with_more(bodies).model_dump_json().encode()
    store.put(CHECKPOINT, seal(body))


def of_doubled_records(store: ObjectStore) -> None:
    bodies = [store.get(keys.ledger("readings", n)) for n in (1, 2, 1, 2, 3)]
    bodies += [store.get(keys.ledger("readings", 6))]
    body = Checkpoint().with_more(bodies).model_dump_json().encode()
    store.put(CHECKPOINT, seal(body))


def of_what_is_no_record(store: ObjectStore) -> None:
    body = Checkpoint().with_more([b"{}", b"[", b""]).model_dump_json().encode()
    store.put(CHECKPOINT, seal(body))


def older(store: ObjectStore) -> None:
    early = CountingStore()
    filled(early, 4)
    store.put(CHECKPOINT, whole(early))


USELESS = [flipped, cut, emptied, of_no_record, of_noise, of_another_ledger]
MADE_WRONG = [of_swapped_records, of_doubled_records, of_what_is_no_record]


@pytest.mark.parametrize("harm", [gone, older, *USELESS, *MADE_WRONG])
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
    assert (told in caplog.text) == (harm not in (gone, older))
    assert ("read one by one" in caplog.text) == (harm not in (gone, older))


@pytest.mark.parametrize("harm", [gone, older, *USELESS, *MADE_WRONG])
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


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_every_store_keeps_the_same_checkpoint(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, url = Settings(home=tmp_path), str(tmp_path / "lake")
    if kind == "s3":
        server: S3Server = request.getfixturevalue("s3_server")
        settings, url = server.settings(home=tmp_path), f"s3://{server.fresh_bucket()}"
    store, memory = open_store(url, settings), CountingStore()

    filled(store, 11)
    filled(memory, 11)

    assert whole(store) == whole(memory)
    assert state(Ledger(store, "readings")) == state(Ledger(memory, "readings"))
    store.delete(keys.ledger("readings", 10))
    with pytest.raises(Damaged, match=r"10\.json .* is missing"):
        Ledger(store, "readings").records()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(13))
def test_a_writer_that_dies_anywhere_leaves_the_state_of_its_records(at: int, after: bool) -> None:
    store = CountingStore()
    with pytest.raises(Crash):
        filled(CrashingStore(store, at=at, after=after), 11)

    found = state(Ledger(store, "readings"))

    assert found == replayed(store)
    number = len(Ledger(store, "readings").records()) + 1
    assert Ledger(store, "readings").append([entry(90)], NOW).number == number
    assert state(Ledger(store, "readings")) == replayed(store)
