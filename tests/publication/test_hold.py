"""Holding a product at its last good version; nights of which some is released, some held."""

from __future__ import annotations

import pytest

from ingestion.contracts.words import Bilingual
from ingestion.storage import keys
from publication.commits import history
from publication.proof import ReleaseRefused
from publication.release import (
    Held,
    Judged,
    Refused,
    Released,
    Unchanged,
    hold,
    publish,
    release,
)
from tests.publication.city import (
    NEXT_EVENING,
    PIER_LANDINGS,
    RAIN_DAILY,
    RANGE_RULE,
    City,
    objects,
)

VERSION = "2026-01-08.0"


def test_a_held_product_keeps_its_last_good_version_and_says_why(city: City) -> None:
    city.release_rain()
    city.now = NEXT_EVENING

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    assert isinstance(outcome, Held)
    assert (outcome.version, outcome.commit) == (VERSION, 2)
    assert outcome.stale_since.isoformat() == "2026-01-09T02:00:00+07:00"
    assert outcome.reason == Bilingual(
        th="ไม่เป็นไปตามข้อกำหนด: ยอดรวมเท่ากับผลบวก (6 กรณี)", en="Not met: Totals are sums (6 cases)"
    )
    state = city.head.products["rain_daily"]
    assert (state.state, state.version, state.reason) == ("held", VERSION, outcome.reason)


def test_rows_that_were_held_back_are_shown_to_nobody(city: City) -> None:
    city.release_rain()
    whole = objects(city.open)

    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    added = {key: body for key, body in objects(city.open).items() if whole.get(key) != body}
    assert added.keys() > {keys.commit(2), keys.CATALOG, keys.INDEX}
    assert not [key for key, body in added.items() if b"patients" in body]


def test_a_rule_that_could_not_be_checked_is_told_as_that(city: City) -> None:
    stopped = RANGE_RULE.model_copy(update={"outcome": "error", "unexpected_count": 0})

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY, stopped))

    assert isinstance(outcome, Held)
    assert outcome.reason.en == "Could not be checked: Values are in range"


def test_the_same_hold_again_changes_nothing(city: City) -> None:
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))
    before = {info.key: info.etag for info in city.open.list()}
    city.now = NEXT_EVENING

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    assert outcome == Unchanged("rain_daily", None, held=True)
    assert {info.key: info.etag for info in city.open.list()} == before


def test_another_reason_is_told_but_stale_since_stays(city: City) -> None:
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))
    city.now = NEXT_EVENING

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY, RANGE_RULE))

    assert isinstance(outcome, Held)
    assert outcome.reason.en == "Not met: Values are in range (6 cases)"
    assert outcome.stale_since.isoformat() == "2026-01-08T02:00:00+07:00"


def test_a_product_that_passes_again_with_its_old_data_is_fresh_without_a_version(
    city: City,
) -> None:
    city.release_rain()
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", VERSION, commit=3, resumed=True)
    assert city.head.products["rain_daily"].state == "fresh"
    assert city.head.products["rain_daily"].stale_since is None


def test_a_passed_product_cannot_be_held(city: City) -> None:
    with pytest.raises(ReleaseRefused, match="passed the gate"):
        hold(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))


def test_a_night_is_one_commit_and_no_product_stops_another(city: City) -> None:
    broken = city.judged(RAIN_DAILY)
    other = city.judged(PIER_LANDINGS)
    held = RAIN_DAILY.model_copy(update={"id": "rain_hourly"})
    city.lake.delete(keys.candidate(broken.report.build, "rain_daily", "rain_daily.csv"))

    outcomes = publish(city.publisher, [broken, other, Judged(held, city.held(held))])

    assert [type(outcome) for outcome in outcomes] == [Refused, Released, Held]
    assert len(history(city.open)) == 1
    assert [(a.product, a.action) for a in city.head.actions] == [
        ("pier_landings_yearly", "released"),
        ("rain_hourly", "held"),
    ]
    assert publish(city.publisher, [other]) == (
        Unchanged("pier_landings_yearly", VERSION, held=False),
    )


def test_a_night_without_anything_to_say_makes_no_commit(city: City) -> None:
    assert publish(city.publisher, []) == ()
    assert objects(city.open) == {}


def test_a_report_that_holds_another_product_holds_nothing(city: City) -> None:
    city.release_rain()

    (outcome,) = publish(city.publisher, [Judged(RAIN_DAILY, city.held(PIER_LANDINGS))])

    assert isinstance(outcome, Refused)
    assert "report is on pier_landings_yearly" in outcome.error.message
    assert city.head.products["rain_daily"].state == "fresh"
