"""A publisher may die at any write: readers see old or new, whole, and the next run finishes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from publication.commits import history
from publication.release import Held, Judged, Outcome, Refused, Released, publish, release
from publication.verify import verify
from tests.publication.city import (
    PIER_LANDINGS,
    RAIN,
    RAIN_DAILY,
    City,
    Crash,
    CrashingStore,
    objects,
    whole_state,
)

OLD = {"rain_daily": "2026-01-08.0"}
NEW = {"rain_daily": "2026-01-08.1", "pier_landings_yearly": "2026-01-08.0"}
# 2 × (manifest + 9 files + sums), commit, the same 2 × at the stable address, 2 pointers, page,
# catalogue; the dictionary of the rain is there as it was
WRITES = 48


def night(city: City) -> list[Judged]:
    """A correction of the rain, and a first release of the piers."""
    return [city.judged(RAIN_DAILY, RAIN[:2]), city.judged(PIER_LANDINGS)]


def test_the_steps_below_are_all_writes_of_a_night(city: City) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    store = CrashingStore(city.open, 1000, after=False)

    publish(replace(city.publisher, open=store), night(city))

    assert 1000 - store.left == WRITES


@pytest.mark.parametrize(
    "after",
    [pytest.param(False, id="before"), pytest.param(True, id="after", marks=pytest.mark.whole)],
)
@pytest.mark.parametrize("step", range(1, WRITES + 1))
def test_death_at_any_write_shows_old_or_new_and_the_next_run_finishes(
    city: City, step: int, after: bool
) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    work = night(city)
    dying = replace(city.publisher, open=CrashingStore(city.open, step, after=after))

    with pytest.raises(Crash):
        publish(dying, work)
    seen = whole_state(city.open)
    publish(city.publisher, work)

    assert seen in (OLD, NEW)
    assert whole_state(city.open) == NEW
    assert len(history(city.open)) == 2
    found = verify(city.open)
    assert (found.problems, found.unfinished) == ((), ())


def test_other_data_after_a_crash_takes_the_next_version(city: City) -> None:
    work = [city.judged(RAIN_DAILY, RAIN[:1])]
    dying = replace(city.publisher, open=CrashingStore(city.open, 4, after=False))
    with pytest.raises(Crash):
        publish(dying, work)

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", "2026-01-08.1", commit=1)
    found = verify(city.open)
    assert found.ok
    assert {key.split("/")[2] for key in found.unfinished} == {"2026-01-08.0"}


def test_a_leftover_file_with_other_bytes_is_never_published(city: City) -> None:
    work = [city.judged(RAIN_DAILY)]
    dying = replace(city.publisher, open=CrashingStore(city.open, 4, after=True))
    with pytest.raises(Crash):
        publish(dying, work)
    (key,) = [key for key in objects(city.open) if key.endswith("datapackage.json")]
    city.open.put(key, b"torn")

    (outcome,) = publish(city.publisher, work)

    assert isinstance(outcome, Refused)
    assert f"{key} has SHA-256" in outcome.error.message
    assert whole_state(city.open) == {}
    assert city.open.get(key) == b"torn"


def test_a_dead_claim_that_is_damaged_stops_nobody(city: City) -> None:
    key = "environment/rain_daily/2026-01-08.0/manifest.json"
    city.open.put(key, b"\x00 torn")

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", "2026-01-08.1", commit=1)


def test_death_while_holding_is_repaired_by_the_next_run(city: City) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    work = [Judged(RAIN_DAILY, city.held(RAIN_DAILY))]
    for step in range(1, 5):
        dying = replace(city.publisher, open=CrashingStore(city.open, step, after=False))
        try:
            publish(dying, work)
        except Crash:
            assert whole_state(city.open) == OLD
    (outcome,) = publish(city.publisher, work)

    assert not isinstance(outcome, Held)
    assert city.head.products["rain_daily"].state == "held"
    assert verify(city.open).ok


def test_two_nights_at_once_make_exactly_one_release(city: City) -> None:
    work = night(city)

    def run(_: int) -> tuple[Outcome, ...]:
        return publish(city.publisher, work)

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(run, range(4)))

    released = [outcome for run in runs for outcome in run if isinstance(outcome, Released)]
    assert len(released) == 2
    assert {outcome.version for outcome in released} == {"2026-01-08.0"}
    found = verify(city.open)
    assert (found.problems, found.unfinished, found.releases) == ((), (), 2)
    assert len(objects(city.open)) == 2 * 2 * 11 + 1 + 2 + 2
