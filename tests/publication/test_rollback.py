"""Going back to an older release, forward again, and what a nightly run makes of it."""

from __future__ import annotations

import json

import pytest

from ingestion.errors import PermanentError
from publication.commits import history
from publication.release import Held, Released, Unchanged, hold, release
from publication.rollback import releases, rollback, show
from publication.verify import verify
from tests.publication.city import (
    EVENING,
    NEXT_EVENING,
    RAIN,
    RAIN_DAILY,
    City,
    Row,
    objects,
    whole_state,
)

GOOD, BAD = "2026-01-08.0", "2026-01-09.0"
FOLDER = f"environment/rain_daily/{GOOD}/"


@pytest.fixture
def regretted(city: City) -> City:
    """A good release, and a bad one the day after."""
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    city.now = NEXT_EVENING
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:1]))
    return city


def test_a_rollback_is_one_commit_and_touches_no_published_file(regretted: City) -> None:
    before = objects(regretted.open)

    commit = rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    assert commit is not None
    assert [(a.action, a.version) for a in commit.actions] == [("rolled_back", GOOD)]
    assert whole_state(regretted.open) == {"rain_daily": GOOD}
    after = objects(regretted.open)
    latest = "environment/rain_daily/latest"
    changed = {key for key in before if after[key] != before[key]}
    assert {key for key in changed if not key.startswith(f"{latest}/")} == {
        *("catalog.json", "index.html", f"{latest}.json"),
    }
    assert after[f"{latest}/rain_daily.csv"] == after[f"{FOLDER}rain_daily.csv"]
    assert verify(regretted.open).ok


def test_readers_are_told_that_the_version_is_an_older_one(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    (entry,) = json.loads(regretted.open.get("catalog.json"))["products"]

    assert (entry["latest"], entry["state"]) == (GOOD, "held")
    assert entry["stale_since"] == "2026-01-09T02:00:00+07:00"
    assert "went back to an earlier version" in entry["reason"]["en"]


def test_the_same_rollback_again_does_nothing(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    assert rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock) is None
    assert len(history(regretted.open)) == 3


def test_the_next_night_does_not_publish_the_regretted_data_again(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    outcome = release(regretted.publisher, RAIN_DAILY, regretted.passed(RAIN_DAILY, RAIN[:1]))

    assert outcome == Unchanged("rain_daily", GOOD, held=True)


def test_regretted_data_stays_back_even_after_a_night_at_the_gate(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)
    hold(regretted.publisher, RAIN_DAILY, regretted.held(RAIN_DAILY))

    outcome = release(regretted.publisher, RAIN_DAILY, regretted.passed(RAIN_DAILY, RAIN[:1]))

    assert isinstance(outcome, Held)
    assert outcome.version == GOOD
    assert "went back" in outcome.reason.en


@pytest.fixture
def twice_regretted(regretted: City) -> City:
    """Another version of the same day, and then back over both."""
    release(regretted.publisher, RAIN_DAILY, regretted.passed(RAIN_DAILY, RAIN[:2]))
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)
    return regretted


@pytest.mark.parametrize("rows", [RAIN[:1], RAIN[:2]], ids=["the older", "the newer"])
def test_data_of_every_version_gone_back_over_stays_back(
    twice_regretted: City, rows: tuple[Row, ...]
) -> None:
    outcome = release(
        twice_regretted.publisher, RAIN_DAILY, twice_regretted.passed(RAIN_DAILY, rows)
    )

    assert outcome == Unchanged("rain_daily", GOOD, held=True)


def test_a_clock_set_back_makes_no_version_before_one_gone_back_from(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)
    regretted.now = EVENING

    outcome = release(regretted.publisher, RAIN_DAILY, regretted.passed(RAIN_DAILY, RAIN[:2]))

    assert outcome == Released("rain_daily", "2026-01-09.1", commit=4)


def test_corrected_data_goes_out_as_a_new_version(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    outcome = release(regretted.publisher, RAIN_DAILY, regretted.passed(RAIN_DAILY, RAIN[:2]))

    assert outcome == Released("rain_daily", "2026-01-09.1", commit=4)
    assert regretted.head.products["rain_daily"].state == "fresh"
    assert regretted.head.products["rain_daily"].withdrawn == ()


def test_a_source_that_went_back_itself_makes_the_older_version_fresh(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    outcome = release(regretted.publisher, RAIN_DAILY, regretted.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", GOOD, commit=4, resumed=True)


def test_naming_the_newest_version_goes_forward_again(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    rollback(regretted.open, "rain_daily", BAD, regretted.publisher.clock)

    state = regretted.head.products["rain_daily"]
    assert (state.version, state.state, state.withdrawn) == (BAD, "fresh", ())


def test_the_list_shows_every_version_and_the_one_that_readers_see(regretted: City) -> None:
    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    listed = releases(regretted.open)

    assert [(info.release.version, info.commit, info.is_current) for info in listed] == [
        (BAD, 2, False),
        (GOOD, 1, True),
    ]


def test_show_gives_the_current_manifest_or_that_of_a_version(regretted: City) -> None:
    assert show(regretted.open, "rain_daily").version == BAD
    assert show(regretted.open, "rain_daily", GOOD).rows == 3


def test_an_unknown_version_lists_those_that_exist(regretted: City) -> None:
    with pytest.raises(PermanentError, match=r"no release 2025-01-01.0 .* 2026-01-09.0, 2026-01"):
        rollback(regretted.open, "rain_daily", "2025-01-01.0", regretted.publisher.clock)


def test_an_unknown_product_lists_those_that_exist(regretted: City) -> None:
    with pytest.raises(PermanentError, match="a product with releases: rain_daily"):
        show(regretted.open, "rain_dayly")


def test_a_damaged_version_is_not_gone_back_to(regretted: City) -> None:
    regretted.open.put(f"{FOLDER}rain_daily.parquet", b"PAR1")

    with pytest.raises(PermanentError, match=r"rain_daily.parquet: expected SHA-256"):
        rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    assert whole_state(regretted.open) == {"rain_daily": BAD}


def test_going_back_from_a_damaged_version_works(regretted: City) -> None:
    regretted.open.delete(f"environment/rain_daily/{BAD}/manifest.json")

    rollback(regretted.open, "rain_daily", GOOD, regretted.publisher.clock)

    assert whole_state(regretted.open) == {"rain_daily": GOOD}
