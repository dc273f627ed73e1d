"""What was kept out stands until it is replaced, replayed or waved through, whatever comes after.

Does not belong here: how checks and commands show it (`orchestration/test_outstanding_checks.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.deliveries.outstanding import Outstanding, Waves, kept_out, outstanding
from ingestion.judging.sandbox import Sandbox
from ingestion.sealed import Damaged
from ingestion.storage import keys
from tests.ingestion.deliveries.test_replay import highest
from tests.support.arrivals import START, Arrivals, Ticking, hours, levels, with_words

BAD = "<html><title>Log in</title></html>"
GOOD, OTHER = hours((1, 1)), hours((2, 2))
HALF = hours((1, 1), (2, 500))


@pytest.fixture
def city(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


@pytest.fixture
def register(city: Arrivals) -> Arrivals:
    return replace(city, contract=with_words(city, delivery="snapshot", day=None))


def stands(city: Arrivals) -> Outstanding:
    return outstanding(city.ledger(), city.contract, city.store, START)


def names(city: Arrivals) -> list[str]:
    return [entry.name for entry in stands(city).entries]


def states(city: Arrivals) -> list[str]:
    waves = Waves(city.store, city.contract.id).all()
    return [each.state for each in kept_out(city.ledger(), city.contract, waves, START)]


@pytest.mark.parametrize("bad", [BAD, HALF])
def test_good_files_that_come_after_put_nothing_right(city: Arrivals, bad: str) -> None:
    city.arrive("1.csv", bad)
    for name, body in (("2.csv", GOOD), ("3.csv", OTHER), ("4.csv", hours((3, 3)))):
        city.arrive(name, body)
    city.take()

    assert names(city) == ["1.csv"]


def test_refused_files_and_quarantined_rows_are_counted_apart(city: Arrivals) -> None:
    city.arrive("1.csv", BAD)
    city.arrive("2.csv", HALF)
    city.arrive("3.csv", hours((3, 3), (4, 500), (5, 600)))

    found = stands(city)

    assert [e.name for e in found.refused] == ["1.csv"]
    assert ([e.name for e in found.with_rows], found.rows) == (["2.csv", "3.csv"], 3)


@pytest.mark.parametrize("bad", [BAD, HALF])
def test_a_good_file_under_its_name_puts_it_right(city: Arrivals, bad: str) -> None:
    city.arrive("1.csv", bad)
    city.arrive("1.csv", hours((1, 1), (2, 5)))

    assert (names(city), states(city)) == ([], ["replaced"])


def test_what_replaces_it_stands_itself_where_rows_of_it_are_bad(city: Arrivals) -> None:
    city.arrive("1.csv", BAD)
    city.arrive("1.csv", HALF)

    assert stands(city).refused == ()
    assert stands(city).rows == 1


def test_a_name_that_shows_another_day_puts_no_rows_right(city: Arrivals) -> None:
    city.arrive("latest.csv", HALF)
    city.arrive("latest.csv", GOOD.replace("01-07", "01-08"))

    assert names(city) == ["latest.csv"]


def test_a_refused_file_whose_day_never_came_stands_when_its_name_shows_the_next(
    city: Arrivals,
) -> None:
    for body in (GOOD, BAD, GOOD.replace("01-07", "01-09")):
        city.arrive("latest.csv", body)
    assert names(city) == ["latest.csv"]

    city.arrive("latest.csv", GOOD.replace("01-07", "01-08"))

    assert names(city) == []


@pytest.mark.parametrize(
    ("cadence", "day", "standing"),
    [
        ("hourly", "01-07", 0),
        ("hourly", "01-08", 0),
        ("hourly", "01-09", 1),
        ("weekly", "01-14", 0),
        ("weekly", "01-15", 1),
        ("monthly", "02-07", 0),
    ],
)
def test_of_a_refused_file_the_days_that_its_name_shows_next_tell_whether_one_is_lost(
    city: Arrivals, cadence: str, day: str, standing: int
) -> None:
    city = replace(city, contract=with_words(city, cadence=cadence))
    city.clock = Ticking(START + timedelta(days=60))
    for body in (GOOD, BAD, OTHER.replace("01-07", day)):
        city.arrive("latest.csv", body)

    assert len(names(city)) == standing


def test_one_error_page_that_came_twice_stands_for_the_day_that_is_lost(city: Arrivals) -> None:
    for body in (GOOD, BAD, GOOD.replace("01-07", "01-09"), BAD, OTHER.replace("01-07", "01-09")):
        city.arrive("latest.csv", body)

    assert names(city) == ["latest.csv"]


def test_another_refused_file_under_its_name_puts_nothing_right(city: Arrivals) -> None:
    city.arrive("1.csv", BAD)
    city.arrive("1.csv", BAD + " ")

    assert states(city) == ["outstanding", "outstanding"]


def test_the_good_bytes_of_before_under_its_name_put_it_right(city: Arrivals) -> None:
    for body in (GOOD, BAD):
        city.arrive("1.csv", body)
    assert names(city) == ["1.csv"]

    city.drop("1.csv", GOOD)
    city.take()

    assert names(city) == []


def test_the_refused_bytes_that_its_name_shows_again_stand_again(city: Arrivals) -> None:
    for body in (BAD, GOOD, BAD):
        city.arrive("1.csv", body)

    assert names(city) == ["1.csv"]
    assert city.rows("level") == [(1.0,)]


def test_a_snapshot_is_put_right_by_the_next_good_one_whatever_it_is_called(
    register: Arrivals,
) -> None:
    register.arrive("1.csv", BAD)
    register.arrive("2.csv", BAD + " ")
    assert names(register) == ["1.csv", "2.csv"]

    register.arrive("3.csv", HALF)
    assert names(register) == ["3.csv"]

    register.arrive("4.csv", GOOD)
    assert names(register) == []


def test_the_good_bytes_of_before_put_a_snapshot_right(register: Arrivals) -> None:
    for body in (GOOD, BAD):
        register.arrive("1.csv", body)
    assert names(register) == ["1.csv"]

    register.drop("1.csv", GOOD)
    register.take()

    assert names(register) == []


def test_a_replay_that_lets_it_in_puts_it_right_and_one_that_does_not_leaves_it(
    city: Arrivals,
) -> None:
    city.arrive("1.csv", hours((1, 1), (2, 500), (3, 900)))

    highest(city, 600)
    city.replay()
    assert stands(city).rows == 1

    highest(city, 1000)
    city.replay()
    assert stands(city).rows == 0


def test_what_is_waved_through_does_not_stand_until_its_end(city: Arrivals) -> None:
    entry = city.arrive("1.csv", HALF)
    waves = Waves(city.store, "levels")

    waves.add(entry, START, "a", "a known sensor", START + timedelta(days=1))

    ends = [
        outstanding(city.ledger(), city.contract, city.store, START + timedelta(hours=hours))
        for hours in (0, 23, 24)
    ]
    assert [len(end.entries) for end in ends] == [0, 0, 1]
    assert [end.waved for end in ends] == [1, 1, 0]


def test_what_is_waved_through_for_good_stands_again_when_it_is_judged_otherwise(
    city: Arrivals,
) -> None:
    city.arrive("0.csv", BAD)
    entry = city.arrive("1.csv", hours((1, 1), (2, 500), (3, 900)))
    Waves(city.store, "levels").add(entry, START, "a", "a known sensor", None)
    assert names(city) == ["0.csv"]

    highest(city, 600)
    city.replay()

    assert names(city) == ["0.csv", "1.csv"]


def test_what_was_said_last_of_a_delivery_counts_and_all_of_it_is_kept(city: Arrivals) -> None:
    entry = city.arrive("1.csv", HALF)
    waves = Waves(city.store, "levels")

    waves.add(entry, START, "a", "for good", None)
    waves.add(entry, START, "b", "till yesterday", START - timedelta(days=1))

    assert names(city) == ["1.csv"]
    assert [(w.number, w.who) for w in waves.all()] == [(1, "a"), (2, "b")]


def test_two_that_wave_through_at_once_lose_nothing(city: Arrivals) -> None:
    entry = city.arrive("1.csv", HALF)

    class Overtaken(Waves):
        def all(self) -> list:  # type: ignore[type-arg]
            return []

    Overtaken(city.store, "levels").add(entry, START, "a", "x", None)
    Overtaken(city.store, "levels").add(entry, START, "b", "y", None)

    assert [w.who for w in Waves(city.store, "levels").all()] == ["a", "b"]


def test_a_record_of_it_that_was_changed_is_told(city: Arrivals) -> None:
    entry = city.arrive("1.csv", HALF)
    Waves(city.store, "levels").add(entry, START, "a", "x", None)
    key = keys.waved("levels", 1)
    assert b'"judged":"' in city.store.get(key)
    city.store.put(key, city.store.get(key).replace(b'"who":"a"', b'"who":"b"'))

    with pytest.raises(Damaged, match="waved/levels/00000001"):
        stands(city)


@pytest.mark.parametrize("name", [".DS_Store", "00000001.json~", "00000000.json", "old/1.json"])
def test_a_stray_file_beside_the_records_of_it_stops_nobody(city: Arrivals, name: str) -> None:
    entry = city.arrive("1.csv", HALF)
    city.store.put(f"{keys.waved_prefix('levels')}{name}", b"x")

    Waves(city.store, "levels").add(entry, START, "a", "x", None)

    assert [wave.number for wave in Waves(city.store, "levels").all()] == [1]
    assert states(city) == ["waved through"]
