"""The scale of the simulated city is a fact of its home: recorded once, and another one refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from ingestion.clock import BANGKOK
from ingestion.deliveries.simulated import (
    CityScale,
    WholeHours,
    city_scale,
    mark_simulated,
    read_scale,
    record_scale,
)
from ingestion.deliveries.simulated.spans import Span
from ingestion.errors import PermanentError, SettingsError
from ingestion.sealed import Damaged
from ingestion.storage import keys
from ingestion.storage.local import LocalStore

WEEK = Span(first=date(2026, 9, 7), last=date(2026, 9, 13))
NEXT = Span(first=date(2026, 9, 14), last=date(2026, 9, 20))
SIX = datetime(2026, 9, 12, 18, tzinfo=BANGKOK)
EVENING = WholeHours(first=SIX, until=SIX + timedelta(hours=3))
HUNDREDTH = CityScale(scale=0.01, whole=(EVENING,), known=(WEEK,))


@pytest.fixture
def lake(tmp_path: Path) -> LocalStore:
    store = LocalStore(tmp_path)
    mark_simulated(store)
    return store


def test_the_first_scale_stays_and_the_same_one_is_welcome(lake: LocalStore) -> None:
    assert city_scale(lake) is None

    record_scale(lake, HUNDREDTH)
    lake.put("ledger/rain/00000001.json", b"{}")
    record_scale(lake, HUNDREDTH)

    assert city_scale(lake) == HUNDREDTH


@pytest.mark.parametrize(
    "other",
    [
        CityScale(scale=0.011, whole=(EVENING,), known=(WEEK,)),
        CityScale(scale=1.0, known=(WEEK,)),
        CityScale(scale=0.01, known=(Span(first=WEEK.last, last=NEXT.last), WEEK)),
        CityScale(scale=0.01, whole=(EVENING.model_copy(update={"until": SIX}),), known=(WEEK,)),
    ],
)
def test_another_scale_is_refused_with_what_to_do(lake: LocalStore, other: CityScale) -> None:
    record_scale(lake, HUNDREDTH)

    with pytest.raises(PermanentError) as refused:
        record_scale(lake, other)

    message = refused.value.message
    assert (
        f"the scale 0.01, at full size (1) on 12 September 2026 18:00–21:00, not at {other.told}"
        in message
    )
    assert "--scale 0.01, or name another home: CDP_HOME=" in message
    assert city_scale(lake) == HUNDREDTH


def test_a_scale_of_which_no_days_are_known_is_held_against_the_number_alone(
    lake: LocalStore,
) -> None:
    record_scale(lake, HUNDREDTH)

    record_scale(lake, CityScale(scale=0.01))

    with pytest.raises(PermanentError, match="another home"):
        record_scale(lake, CityScale(scale=0.02))
    assert city_scale(lake) == HUNDREDTH


def test_whole_hours_of_other_days_are_noted_beside_those_that_are_known(lake: LocalStore) -> None:
    later = EVENING.model_copy(
        update={"first": SIX + timedelta(days=7), "until": EVENING.until + timedelta(days=7)}
    )
    record_scale(lake, HUNDREDTH)

    record_scale(lake, CityScale(scale=0.01, whole=(later,), known=(NEXT,)))

    days = Span(first=WEEK.first, last=NEXT.last)
    assert city_scale(lake) == CityScale(scale=0.01, whole=(EVENING, later), known=(days,))
    with pytest.raises(PermanentError, match="another home"):
        record_scale(lake, CityScale(scale=0.01, known=(NEXT,)))


def test_a_home_from_before_there_was_a_record_goes_on_without(lake: LocalStore) -> None:
    lake.put("ledger/rain/00000001.json", b"{}")

    record_scale(lake, HUNDREDTH)
    record_scale(lake, CityScale(scale=1.0))

    assert city_scale(lake) is None


def test_one_changed_digit_of_the_record_is_noticed(lake: LocalStore) -> None:
    record_scale(lake, HUNDREDTH)
    body = lake.get(keys.CITY_SCALE)

    lake.put(keys.CITY_SCALE, body.replace(b"0.01", b"0.81"))

    with pytest.raises(Damaged, match="backup"):
        city_scale(lake)


def test_what_happens_in_a_whole_hour_is_whole() -> None:
    moments = {SIX - timedelta(seconds=1): 0.01, SIX: 1.0, EVENING.until: 0.01}

    assert {moment: HUNDREDTH.at(moment) for moment in moments} == moments


@pytest.mark.parametrize("scale", [0, -0.5, 1.5, float("nan")])
def test_what_is_no_share_is_no_scale(scale: float) -> None:
    with pytest.raises(ValidationError):
        CityScale(scale=scale)


def test_a_scale_is_read_as_a_number_or_as_a_served_city_prints_it() -> None:
    assert read_scale("0.01") == CityScale(scale=0.01)
    assert read_scale(HUNDREDTH.model_dump_json(exclude_defaults=True)) == HUNDREDTH


@pytest.mark.parametrize("text", ["1 %", "2", "0", "[]", '{"share": 0.1}', "NaN"])
def test_a_setting_that_says_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(SettingsError, match="CDP_SIMULATED_SCALE"):
        read_scale(text)
