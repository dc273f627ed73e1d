"""The ledger only grows, loses no writer, and remembers by content."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.clock import FixedClock
from ingestion.deliveries import ledger as ledger_room
from ingestion.deliveries.ledger import Book, Ledger, LedgerEntry, LedgerRecord, Seen
from ingestion.judging.outcome import LakeFile, ParseOutcome
from ingestion.sealed import Damaged, sha256
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys, open_store
from tests.support.ingesting import Crash, CrashingStore
from tests.support.judging import NOW


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path / "lake"), Settings())


def entry(sha256: str, name: str = "a.csv", hours: int = 0, **outcome: object) -> LedgerEntry:
    return LedgerEntry(
        source="readings",
        name=name,
        origin="file:///drops/a.csv",
        mark="",
        sha256=sha256 * 64,
        size=1,
        raw="raw/readings/x",
        received_at=NOW + timedelta(hours=hours),
        contract_version="1.0.0",
        contract_hash="h",
        outcome=ParseOutcome.model_validate({"status": "accepted", **outcome}),
    )


def test_records_come_back_as_they_were_written(store: ObjectStore) -> None:
    full = entry("a", rows=1, accepted=1, reasons={"x": 2}, coerced={"unit": 1}).model_copy(
        update={"lake": ("lake/a",), "quarantine": "q", "days": (NOW.date(),)}
    )
    files = (LakeFile(day=NOW.date(), name="a.parquet", rows=1),)
    full = full.model_copy(update={"outcome": full.outcome.model_copy(update={"files": files})})

    Ledger(store, "readings").append([full, entry("b")], NOW)

    (record,) = Ledger(store, "readings").records()
    assert (record.number, record.written_at) == (1, NOW)
    assert record.entries == (full, entry("b"))


def test_words_have_the_names_in_the_store_that_they_always_had(store: ObjectStore) -> None:
    later = entry("a").model_copy(update={"as_of": NOW + timedelta(days=1)})

    Ledger(store, "readings").append([later], NOW)

    assert b'"judged_at":"2026-01-10T02:00:00Z"' in store.get(keys.ledger("readings", 1))
    assert Ledger(store, "readings").receipts() == [later]


def test_a_source_has_its_own_ledger(store: ObjectStore) -> None:
    Ledger(store, "readings").append([entry("a")], NOW)

    assert Ledger(store, "stations").records() == []


def test_the_last_word_on_a_delivery_counts(store: ObjectStore) -> None:
    ledger = Ledger(store, "readings")
    ledger.append([entry("a", status="refused", code="encoding")], NOW)
    ledger.append([entry("a", accepted=3)], NOW)

    assert [e.outcome.accepted for e in ledger.entries().values()] == [3]


def test_what_a_name_shows_is_what_came_under_it_last_and_no_replay(store: ObjectStore) -> None:
    ledger = Ledger(store, "readings")
    ledger.append([entry("a"), entry("b", hours=1), entry("c", name="other.csv")], NOW)
    ledger.append(
        [entry("a", hours=-2)],
        NOW,
        [Seen(name="third.csv", mark="m", sha256="c" * 64, received_at=NOW)],
    )
    ledger.append([entry("b", hours=1, accepted=3)], NOW)

    assert {name: seen.sha256[0] for name, seen in ledger.shown().items()} == {
        "a.csv": "a",
        "other.csv": "c",
        "third.csv": "c",
    }
    assert ledger.names()["c" * 64, "m"] == {"third.csv"}


def test_a_record_that_names_no_delivery_is_no_work_for_a_build(store: ObjectStore) -> None:
    ledger = Ledger(store, "readings")
    ledger.append([entry("a")], NOW)
    ledger.append([], NOW, [Seen(name="b.csv", mark="", sha256="a" * 64, received_at=NOW)])

    assert (len(ledger.records()), ledger.last_number()) == (2, 1)


def test_receipts_are_in_the_order_of_the_records_and_a_replay_keeps_their_place(
    store: ObjectStore,
) -> None:
    ledger = Ledger(store, "readings")
    ledger.append([entry("b", hours=9000), entry("a")], NOW)
    ledger.append([entry("c", hours=-1), entry("b", hours=9000, accepted=3)], NOW)

    assert [(e.sha256[0], e.outcome.accepted) for e in ledger.receipts()] == [
        ("b", 3),
        ("a", 0),
        ("c", 0),
    ]


def test_writers_at_the_same_time_lose_no_record(store: ObjectStore) -> None:
    writers, each = 8, 5
    together = threading.Barrier(writers)

    def write(writer: int) -> None:
        ledger = Ledger(store, "readings")
        together.wait()
        for number in range(each):
            ledger.append([entry("a", name=f"{writer}-{number}")], NOW)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    records = Ledger(store, "readings").records()
    assert [record.number for record in records] == list(range(1, writers * each + 1))
    assert {e.name for record in records for e in record.entries} == {
        f"{writer}-{number}" for writer in range(writers) for number in range(each)
    }


def test_a_writer_that_was_overtaken_takes_the_next_number(store: ObjectStore) -> None:
    mine, other = Ledger(store, "readings"), Ledger(store, "readings")
    assert mine.records() == []
    other.append([entry("a")], NOW)

    record = mine.append([entry("b")], NOW)

    assert record.number == 2
    assert list(mine.entries()) == ["a" * 64, "b" * 64]


@pytest.mark.parametrize(("after", "there"), [(False, 0), (True, 1)])
def test_a_record_is_there_whole_or_not_at_all(after: bool, there: int, store: ObjectStore) -> None:
    with pytest.raises(Crash):
        Ledger(CrashingStore(store, at=0, after=after), "readings").append([entry("a")], NOW)

    assert len(Ledger(store, "readings").records()) == there


def test_a_reader_asks_only_for_what_is_new(store: ObjectStore) -> None:
    ledger = Ledger(store, "readings")
    ledger.append([entry("a")], NOW)
    ledger.records()
    store.delete("ledger/readings/00000001.json")
    Ledger(store, "stations").append([entry("b")], NOW)

    assert [record.number for record in ledger.records()] == [1]


def test_a_sentence_tells_the_counts_of_an_accepted_file() -> None:
    told = entry("a", rows=6, accepted=3, quarantined=2, deduplicated=1).sentence

    assert told == (
        "readings a.csv sha256:aaaaaaaaaaaa: 6 rows: 3 accepted, 2 quarantined, 1 deduplicated"
    )


def test_a_record_names_the_bytes_of_the_one_before(store: ObjectStore) -> None:
    Ledger(store, "readings").append([entry("a")], NOW)
    Ledger(store, "readings").append([entry("b")], NOW)

    first, second = Ledger(store, "readings").records()
    assert (first.before, second.before) == ("", sha256(store.get(keys.ledger("readings", 1))))


def test_a_record_that_was_replaced_breaks_the_chain(store: ObjectStore, tmp_path: Path) -> None:
    Ledger(store, "readings").append([entry("a")], NOW)
    Ledger(store, "readings").append([entry("b")], NOW)
    elsewhere = open_store(str(tmp_path / "elsewhere"), Settings())
    Ledger(elsewhere, "readings").append([entry("c")], NOW)

    store.put(keys.ledger("readings", 1), elsewhere.get(keys.ledger("readings", 1)))

    with pytest.raises(Damaged, match=r"00000002\.json .* does not follow the record before it"):
        Ledger(store, "readings").records()


def test_records_of_the_time_before_seals_are_read_and_followed(store: ObjectStore) -> None:
    old = LedgerRecord(number=1, written_at=NOW, entries=(entry("a"),))
    store.put(keys.ledger("readings", 1), old.model_dump_json(exclude={"before"}).encode())

    record = Ledger(store, "readings").append([entry("b")], NOW)

    assert record.before == sha256(store.get(keys.ledger("readings", 1)))
    assert Ledger(store, "readings").records() == [old, record]


def test_what_another_process_recorded_meanwhile_is_not_recorded_again(store: ObjectStore) -> None:
    mine, other = Ledger(store, "readings"), Ledger(store, "readings")
    assert mine.records() == []
    other.append_once([entry("a"), entry("b")], NOW)

    recorded = mine.append_once([entry("b"), entry("c")], NOW)
    again = mine.append_once([entry("c", hours=2)], NOW)

    assert [e.sha256[0] for e in recorded] == ["c"]
    assert [e.sha256[0] for e in again] == ["c"]  # this process saw it come again
    assert mine.append_once([], NOW) == []
    assert len(Ledger(store, "readings").records()) == 3


def test_what_came_in_while_it_was_decided_is_not_recorded_again(store: ObjectStore) -> None:
    mine, other = Ledger(store, "readings"), Ledger(store, "readings")
    assert mine.receipts() == []  # what is news is decided by this
    other.append_once([entry("a")], NOW)
    assert len(mine.records()) == 1  # and something else is asked later

    assert mine.append_once([entry("a")], NOW) == []


@pytest.mark.parametrize(
    ("place", "order"),
    [(0, "xefg"), (3, "xefg"), (4, "xefg"), (5, "exfg"), (7, "efgx"), (None, "efgx")],
)
def test_a_late_note_takes_its_place_as_far_as_it_is_not_written_yet(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch, place: int | None, order: str
) -> None:
    monkeypatch.setattr(ledger_room, "_ENTRIES_PER_RECORD", 4)
    book = Book(Ledger(store, "readings"), FixedClock(NOW))
    for name in "abcdefg":
        book.note(entry(name, name))

    book.note(entry("x", "x"), place)
    book.close(())

    first, *others = Ledger(store, "readings").records()
    assert "".join(e.name for e in first.entries) == "abcd"
    assert "".join(e.name for record in others for e in record.entries) == order
    assert [e.name for e in book.entries] == [*"abcd", *order]
    assert book.count == 8
