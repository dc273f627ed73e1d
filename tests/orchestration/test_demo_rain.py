"""The published rain of the demo against what fell: worked out from the truth, without any SQL."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from city.city import City, demo_city
from city.defects import Defect
from city.sources import defects
from city.truth.weather.rain import cloudburst_on
from ingestion.storage import keys
from orchestration.deployment import Deployment
from publication.commits import head
from tests.support.demo_home import DemoRun

pytestmark = pytest.mark.whole

STEPS = 144
SOURCE = "environment_sensor_readings"
BUCKET = 20  # hundredths of a millimetre
# A bucket holds back less than one tip, at either end of a day.
ONE_TIP_AT_EACH_END = 0.4


@dataclass(frozen=True)
class Sent:
    """What a gauge sent in a step in tenths of a millimetre; -1 where nothing arrived."""

    tenths: np.ndarray
    stuck: np.ndarray


@pytest.fixture(scope="module")
def city() -> City:
    return demo_city()


@pytest.fixture(scope="module")
def published(demo_run: DemoRun) -> pd.DataFrame:
    deployment = Deployment(demo_run.settings)
    commit = head(deployment.open)
    assert commit is not None
    release = commit.products["rain_daily"].release
    assert release is not None
    key = keys.release_file("environment", "rain_daily", release.version, "rain_daily.parquet")
    found = pd.read_parquet(io.BytesIO(deployment.open.get(key)))
    days = pd.to_datetime(found["hydrological_day"]).dt.date
    return found.assign(day=days).set_index(["station_id", "day"])


@pytest.fixture(scope="module")
def sent(city: City) -> dict[str, Sent]:
    """The truth through each gauge's bucket, with what was spoiled on the way."""
    spoiled = [defect for defect in defects(city) if defect.source == SOURCE]
    return {
        gauge: _sent(city, gauge, series, spoiled)
        for gauge, series in city.environment.rain.items()
    }


def _sent(city: City, gauge: str, series: np.ndarray, spoiled: list[Defect]) -> Sent:
    by_day = np.cumsum(series.reshape(city.days, STEPS), axis=1) // BUCKET
    tenths = np.diff(by_day, axis=1, prepend=0).reshape(-1) * (BUCKET // 10)
    stuck = np.zeros(len(tenths), dtype=bool)
    for defect in spoiled:
        if defect.kind == "truncated_file":
            first = (datetime.strptime(defect.file[12:20], "%Y%m%d").date() - city.first_day).days  # noqa: DTZ007
            part = int(defect.file[21:23])
            tenths[first * STEPS + part * 36 : first * STEPS + (part + 1) * 36] = -1
        elif defect.where.station_id == gauge and defect.where.parameter == "rain_10min":
            steps = slice(_step(city, defect.where.first), _step(city, defect.where.last) + 1)
            if defect.kind == "stuck":
                tenths[steps], stuck[steps] = 34, True
            elif defect.outcome in ("absent", "quarantined"):
                tenths[steps] = -1
    return Sent(tenths, stuck)


def _step(city: City, text: str) -> int:
    at = datetime.fromisoformat(text.replace("2569-", "2026-"))
    return (at.date() - city.first_day).days * STEPS + (at.hour * 60 + at.minute) // 10


def _of_day(city: City, day: date) -> slice:
    """The steps of a rain day: those that end after 07:00 of the day before, until 07:00."""
    end = (day - city.first_day).days * STEPS + 42 + 1
    return slice(max(0, end - STEPS), end)


def _full_days(city: City) -> list[date]:
    return [city.first_day + timedelta(days=number) for number in range(1, city.days)]


def _is_known(sent: Sent, steps: slice) -> bool:
    lost = np.flatnonzero(sent.tenths < 0)
    wet = np.flatnonzero(sent.tenths > 20)
    here = lost[(lost >= steps.start) & (lost < steps.stop)]
    beside = np.abs(here[:, None] - wet[None, :]) <= 6
    return len(here) <= 14 and not beside.any()


def test_a_total_is_what_the_gauge_sent_or_there_is_none(
    city: City, published: pd.DataFrame, sent: dict[str, Sent]
) -> None:
    for gauge, series in sent.items():
        for day in _full_days(city):
            steps = _of_day(city, day)
            row = published.loc[(gauge, day)]
            arrived = series.tenths[steps][series.tenths[steps] >= 0]
            if _is_known(series, steps):
                assert row["rain_mm"] == pytest.approx(arrived.sum() / 10), (gauge, day)
                assert row["rain_mm_status"] in ("ok", "suspect")
            else:
                assert np.isnan(row["rain_mm"]), (gauge, day)
                assert row["rain_mm_status"] == "missing"
            assert row["completeness_pct"] == pytest.approx(len(arrived) / 1.44, abs=0.051)


def test_where_nothing_was_spoiled_the_total_is_what_fell(
    city: City, published: pd.DataFrame, sent: dict[str, Sent]
) -> None:
    compared = 0
    for gauge, fallen in city.environment.rain.items():
        for day in _full_days(city):
            steps = _of_day(city, day)
            if (sent[gauge].tenths[steps] < 0).any() or sent[gauge].stuck[steps].any():
                continue
            compared += 1
            truth = fallen[steps].sum() / 100
            assert abs(published.loc[(gauge, day), "rain_mm"] - truth) < ONE_TIP_AT_EACH_END

    assert compared > 140


def test_the_cloudburst_is_published_in_full_and_marked(
    city: City, published: pd.DataFrame
) -> None:
    (day,) = [day for day in city.calendar if cloudburst_on(city.seed, day)]
    heaviest = published.loc["RG-017"].loc[day + timedelta(days=1)]
    fallen = city.environment.rain["RG-017"][_of_day(city, day + timedelta(days=1))]

    assert fallen.max() >= 3500
    assert heaviest["rain_mm"] == pytest.approx(fallen.sum() / 100, abs=ONE_TIP_AT_EACH_END)
    assert heaviest["rain_class"] == "very_heavy"
    assert heaviest["rain_mm_status"] == "suspect"
    assert heaviest["rain_suspect_mm"] == pytest.approx(fallen[fallen > 3000].sum() / 100, abs=0.8)
    assert heaviest["max_interval_mm"] == pytest.approx(fallen.max() / 100, abs=0.2)


def test_only_the_cloudburst_and_the_stuck_gauge_are_suspect(
    city: City, published: pd.DataFrame, sent: dict[str, Sent]
) -> None:
    found = published[published["rain_suspect_mm"] > 0]
    stuck = {gauge for gauge, series in sent.items() if series.stuck.any()}

    assert set(found.index.get_level_values("station_id")) == stuck | {"RG-017"}
    assert len(found) == 2
    # Of 24 equal readings the first six are no streak yet.
    assert found.loc[next(iter(stuck)), "rain_suspect_mm"].tolist() == [pytest.approx(18 * 3.4)]


def test_the_day_in_progress_says_that_it_is_not_over(city: City, published: pd.DataFrame) -> None:
    today = published.xs(city.last_day + timedelta(days=1), level="day")

    assert set(today["rain_mm_status"]) == {"not_yet"}
    assert today["rain_mm"].isna().all()
