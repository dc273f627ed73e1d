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
from ingestion.errors import PermanentError, SettingsError
from ingestion.sealed import Damaged
from ingestion.storage import keys
from ingestion.storage.local import LocalStore

WEEK = (date(2026, 9, 7), date(2026, 9, 13))
SIX = datetime(2026, 9, 12, 18, tzinfo=BANGKOK)
EVENING = WholeHours(first=SIX, until=SIX + timedelta(hours=3))
HUNDREDTH = CityScale(scale=0.01, whole=(EVENING,))


@pytest.fixture
def lake(tmp_path: Path) -> LocalStore:
    store = LocalStore(tmp_path)
    mark_simulated(store)
    return store


def test_the_first_scale_stays_and_the_same_one_is_welcome(lake: LocalStore) -> None:
    assert city_scale(lake) is None

    record_scale(lake, HUNDREDTH, WEEK)
    lake.put("ledger/rain/00000001.json", b"{}")
    record_scale(lake, HUNDREDTH, WEEK)

    assert city_scale(lake) == HUNDREDTH


@pytest.mark.parametrize(
    "other",
    [
        CityScale(scale=0.011, whole=(EVENING,)),
        CityScale(scale=1.0),
        CityScale(scale=0.01),
        CityScale(scale=0.01, whole=(EVENING.model_copy(update={"until": SIX}),)),
    ],
)
def test_another_scale_is_refused_with_what_to_do(lake: LocalStore, other: CityScale) -> None:
    record_scale(lake, HUNDREDTH, WEEK)

    with pytest.raises(PermanentError) as refused:
        record_scale(lake, other, WEEK)

    message = refused.value.message
    assert (
        f"the scale 0.01, at full size (1) on 12 September 2026 18:00–21:00, not at {other.told}"
        in message
    )
    assert "--scale 0.01, or name another home: CDP_HOME=" in message
    assert city_scale(lake) == HUNDREDTH


def test_whole_hours_bind_the_days_that_a_city_tells_of_and_no_others(lake: LocalStore) -> None:
    record_scale(lake, HUNDREDTH, WEEK)

    record_scale(lake, CityScale(scale=0.01), (date(2026, 9, 14), date(2026, 9, 20)))
    record_scale(lake, CityScale(scale=0.01))

    with pytest.raises(PermanentError, match="another home"):
        record_scale(lake, CityScale(scale=0.02), (date(2026, 9, 14), date(2026, 9, 20)))


def test_a_home_from_before_there_was_a_record_goes_on_without(lake: LocalStore) -> None:
    lake.put("ledger/rain/00000001.json", b"{}")

    record_scale(lake, CityScale(scale=0.01), WEEK)
    record_scale(lake, CityScale(scale=1.0), WEEK)

    assert city_scale(lake) is None


def test_one_changed_digit_of_the_record_is_noticed(lake: LocalStore) -> None:
    record_scale(lake, HUNDREDTH, WEEK)
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
