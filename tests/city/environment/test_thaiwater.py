"""What ThaiWater answers: levels with their sign in a text, rain as a rolling total."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from city.channels import Answer
from city.city import City
from city.defects import Defect
from city.registers.agency_stations import LEVEL_STATIONS, RAIN_STATIONS
from city.sources.environment import thaiwater_levels, thaiwater_rain
from city.truth.weather.rain import rain_before
from ingestion.clock import BANGKOK
from tests.city.environment.conftest import Judge

Ask = Callable[..., Answer]
STORM = datetime(2021, 11, 20, 22, 30, tzinfo=BANGKOK)


def records_of(defects: list[Defect], outcome: str) -> list[int]:
    return sorted(n for d in defects if d.outcome == outcome for n in d.where.records)


def test_exactly_the_planted_levels_are_quarantined(
    nature: City, asked: Ask, judged: Judge
) -> None:
    planted = list(thaiwater_levels.defects(nature))

    found = judged("thaiwater_levels", asked(thaiwater_levels.SOURCE).body)

    assert [record for record, _ in found.codes] == records_of(planted, "quarantined")
    assert sorted(code for _, code in found.codes) == [
        "place_unknown",
        "place_unknown",
    ]


def test_accepted_levels_are_those_of_the_truth_with_their_sign(
    nature: City, asked: Ask, judged: Judge
) -> None:
    found = judged("thaiwater_levels", asked(thaiwater_levels.SOURCE).body)
    stations = {station.code: station for station in LEVEL_STATIONS}

    for row in found.accepted:
        station = stations[str(row["station_id"])]
        if row["level_m_msl"] is None:
            assert row["level_m_msl_reason"] in ("missing", "sentinel")
            continue
        told = row["observed_at"]
        assert isinstance(told, datetime)
        true = thaiwater_levels.true_level(nature.seed, station, told)
        assert row["level_m_msl"] == pytest.approx(true / 1000, abs=0.011)
        bank = row["min_bank_m_msl"]
        assert row["above_bank_m"] == pytest.approx(row["level_m_msl"] - bank, abs=0.011)  # type: ignore[operator]


def test_a_silent_and_a_broken_gauge_are_missing_and_a_stale_one_is_old(
    nature: City, asked: Ask, judged: Judge
) -> None:
    found = judged("thaiwater_levels", asked(thaiwater_levels.SOURCE).body)
    rows = {str(row["station_id"]): row for row in found.accepted}

    why = {c: r["level_m_msl_reason"] for c, r in rows.items() if r["level_m_msl"] is None}
    assert why == {"PKT003": "sentinel", "PKT005": "missing"}
    old = [
        code for code, row in rows.items() if row["observed_at"] < nature.closes_at - timedelta(1)
    ]  # type: ignore[operator]
    assert old == ["PNG011"]
    assert rows["PKT001"]["observed_at"] == nature.closes_at.astimezone(UTC)


def test_the_situation_rises_with_the_water() -> None:
    def situation(moment: datetime) -> int:
        data = thaiwater_levels.levels_at(1, moment)["waterlevel_data"]["data"]  # type: ignore[call-overload,index]
        return next(
            record["situation_level"]
            for record in data
            if record["station"]["tele_station_oldcode"] == "PKT001"
        )

    assert situation(STORM) > situation(STORM + timedelta(days=4, hours=6))


def test_exactly_the_planted_rain_is_missing(nature: City, asked: Ask, judged: Judge) -> None:
    planted = list(thaiwater_rain.defects(nature))
    answer = asked(thaiwater_rain.SOURCE, province_code="83", include_zero="1")

    found = judged("thaiwater_rain", answer.body)

    silent = [row["_record"] for row in found.accepted if row["rain_rolling_24h_mm"] is None]
    assert silent == records_of(planted, "missing") != []
    assert found.outcome.missing["rain_rolling_24h_mm"] == {"sentinel": len(silent)}
    assert (len(found.accepted), found.codes) == (10, [])
    assert set(found.column("province_code")) == {"83"}


def test_the_rolling_total_is_what_fell_to_within_a_tip() -> None:
    records = thaiwater_rain.rain_at(1, STORM)
    places = [(s.place.latitude, s.place.longitude) for s in RAIN_STATIONS]
    fallen = rain_before(1, STORM, places).sum(axis=1) / 100

    for record, true in zip(records, fallen, strict=True):
        if record["rain_24h"] != 999999:
            assert true - 0.2 < float(str(record["rain_24h"])) <= true


def test_dry_stations_are_left_out_unless_asked_for(asked: Ask) -> None:
    some = json.loads(asked(thaiwater_rain.SOURCE).body)["data"]
    all_of_them = json.loads(asked(thaiwater_rain.SOURCE, include_zero="1").body)["data"]

    assert len(all_of_them) == len(RAIN_STATIONS)
    assert all(record["rain_24h"] > 0 for record in some)
    assert len(some) <= len(all_of_them)


def test_the_service_is_down_on_one_day_of_a_week_but_not_of_a_short_city(nature: City) -> None:
    down = [d for d in thaiwater_levels.defects(nature) if d.kind == "source_down"]
    short = replace(nature, days=2)

    assert [d.where.first for d in down] == ["2025-09-12"]
    assert all(d.kind != "source_down" for d in thaiwater_levels.defects(short))


def test_the_same_moment_has_the_same_answer(nature: City, asked: Ask) -> None:
    again = replace(nature, days=5, first_day=nature.first_day + timedelta(days=1))

    for source in (thaiwater_levels.SOURCE, thaiwater_rain.SOURCE):
        first = asked(source).body
        assert asked(source).body == first
        assert again.closes_at == nature.closes_at
