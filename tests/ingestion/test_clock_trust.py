"""A clock is believed between the newest record and two weeks after it, or by somebody's word."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.clock_trust import FAR_AHEAD, FAR_BEHIND, ClockInDoubt, ClockTrust
from ingestion.sealed import Damaged
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys, open_store

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)
YEARS = timedelta(days=5 * 365)
SECOND = timedelta(seconds=1)


@pytest.fixture
def lake(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path), Settings())


def record(lake: ObjectStore, key: str, **words: object) -> None:
    lake.put(key, json.dumps(words).encode())


def test_a_lake_without_records_believes_any_clock(lake: ObjectStore) -> None:
    verdict = ClockTrust(lake).verdict(NOW + YEARS)

    assert verdict.plausible
    assert "no record to compare it with" in verdict.sentence


@pytest.mark.parametrize(
    ("off", "state"),
    [
        (-YEARS, "behind"),
        (-FAR_BEHIND - SECOND, "behind"),
        (-FAR_BEHIND, "plausible"),
        (timedelta(), "plausible"),
        (timedelta(days=9), "plausible"),
        (FAR_AHEAD, "plausible"),
        (FAR_AHEAD + SECOND, "ahead"),
        (timedelta(days=60), "ahead"),
        (YEARS, "ahead"),
    ],
)
def test_a_clock_is_judged_by_the_newest_record(
    lake: ObjectStore, off: timedelta, state: str
) -> None:
    ClockTrust(lake).observe(NOW)

    verdict = ClockTrust(lake).verdict(NOW + off)

    assert (verdict.state, verdict.newest) == (state, NOW)


def test_on_a_lake_that_never_asked_the_last_records_tell(lake: ObjectStore) -> None:
    record(lake, keys.ledger("rain", 1), written_at=(NOW + YEARS).isoformat())
    record(lake, keys.ledger("rain", 2), written_at=(NOW - timedelta(days=3)).isoformat())
    record(lake, keys.ledger("tides", 1), written_at=NOW.isoformat())
    record(lake, keys.build_record("00000001"), as_of=(NOW - timedelta(days=1)).isoformat())
    lake.put(keys.ledger("waste", 1), b"\x00 damaged")

    assert ClockTrust(lake).newest() == NOW

    record(lake, keys.build_record("00000002"), as_of=(NOW + timedelta(days=1)).isoformat())
    assert ClockTrust(lake).newest() == NOW + timedelta(days=1)


def test_what_tells_the_newest_build_is_no_record(lake: ObjectStore) -> None:
    record(lake, keys.build_record("00000001"), as_of=NOW.isoformat())
    record(lake, keys.NEWEST_BUILD, number=1)

    assert ClockTrust(lake).newest() == NOW


def test_what_is_recorded_under_a_clock_in_doubt_does_not_vouch_for_it(lake: ObjectStore) -> None:
    ClockTrust(lake).observe(NOW)
    for night in range(3):
        late = NOW + YEARS + timedelta(days=night)
        assert ClockTrust(lake).observe(late).state == "ahead"
        record(lake, keys.ledger("rain", night + 1), written_at=late.isoformat())

    assert ClockTrust(lake).verdict(NOW + YEARS).state == "ahead"
    assert ClockTrust(lake).observe(NOW + timedelta(days=4)).plausible  # the clock was put right


def test_a_clock_that_was_put_back_never_moves_what_is_known(lake: ObjectStore) -> None:
    ClockTrust(lake).observe(NOW)
    ClockTrust(lake).observe(NOW - timedelta(minutes=30))
    ClockTrust(lake).observe(NOW - timedelta(days=3))

    assert ClockTrust(lake).newest() == NOW


def test_night_after_night_is_believed(lake: ObjectStore) -> None:
    for night in range(0, 100, 10):
        assert ClockTrust(lake).observe(NOW + timedelta(days=night)).plausible


def test_a_word_is_enough_after_two_months_off_and_is_kept(lake: ObjectStore) -> None:
    ClockTrust(lake).observe(NOW)
    back = NOW + timedelta(days=60)
    with pytest.raises(ClockInDoubt, match=r"60 days after .* cdp clock confirm"):
        ClockTrust(lake).require(back)

    ClockTrust(lake).confirm(back, "the operator", "off since the flood")

    ClockTrust(lake).require(back)
    ClockTrust(lake).require(back + timedelta(days=1))
    (said,) = ClockTrust(lake).confirmations()
    assert (said.at, said.who, said.why) == (back, "the operator", "off since the flood")
    assert said.newest == NOW
    assert ClockTrust(lake).verdict(back + timedelta(days=60)).state == "ahead"


def test_a_word_is_enough_after_records_of_the_future(lake: ObjectStore) -> None:
    record(lake, keys.ledger("rain", 1), written_at=(NOW + YEARS).isoformat())
    assert ClockTrust(lake).observe(NOW).state == "behind"

    ClockTrust(lake).confirm(NOW, "the operator", "the battery of the clock was empty")

    assert ClockTrust(lake).observe(NOW + timedelta(days=1)).plausible
    assert ClockTrust(lake).verdict(NOW + YEARS).state == "ahead"


def test_two_words_are_two_records(lake: ObjectStore) -> None:
    for n in range(2):
        ClockTrust(lake).confirm(NOW + n * YEARS, "the operator", f"reason {n}")

    assert [said.why for said in ClockTrust(lake).confirmations()] == ["reason 0", "reason 1"]


def test_a_damaged_memory_falls_back_to_the_records(lake: ObjectStore) -> None:
    record(lake, keys.ledger("rain", 1), written_at=NOW.isoformat())
    lake.put(keys.clock_believed(), b'{"at": "2031')

    assert ClockTrust(lake).verdict(NOW + YEARS).state == "ahead"


def test_a_damaged_word_is_named_and_another_one_is_taken(lake: ObjectStore) -> None:
    trust = ClockTrust(lake)
    now = datetime(2026, 1, 8, tzinfo=UTC)
    trust.confirm(now, "me", "new machine")
    (key,) = (info.key for info in lake.list(keys.clock_confirmations_prefix()))
    lake.put(key, lake.get(key).replace(b"new", b"nEw"))

    with pytest.raises(Damaged, match=key):
        trust.confirmations()
    said = trust.confirm(now + timedelta(days=60), "me", "it is right")

    assert said.number == 2
    assert trust.verdict(now + timedelta(days=60)).plausible


@pytest.mark.parametrize("name", ["zz.txt", "99999999.json.bak", ".DS_Store"])
def test_a_stray_file_among_records_hides_nothing_and_stops_nobody(
    lake: ObjectStore, name: str
) -> None:
    record(lake, keys.build_record("00000001"), as_of=NOW.isoformat())
    for room in ("builds", "ledger/rain", "clock/confirmed"):
        lake.put(f"{room}/{name}", b"x")

    assert ClockTrust(lake).newest() == NOW
    assert ClockTrust(lake).confirm(NOW, "the operator", "new battery").number == 1
    assert [said.why for said in ClockTrust(lake).confirmations()] == ["new battery"]
