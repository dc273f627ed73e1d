"""What the agencies of weather and air answer, judged by their contracts and by the truth."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from city.channels import Answer
from city.city import City
from city.registers.agency_stations import AIR_STATIONS, WEATHER_STATIONS
from city.registers.tambon import TAMBON_CODES
from city.sources.environment import air4thai, tmd_weather
from city.truth.weather.air import air_on
from city.writing.json_text import json_bytes
from ingestion.clock import BANGKOK
from tests.city.environment.conftest import Judge

Ask = Callable[..., Answer]
TOWN = next(station for station in WEATHER_STATIONS if station.wmo == "48564")


def test_only_the_closed_station_is_quarantined(nature: City, asked: Ask, judged: Judge) -> None:
    planted = [d for d in air4thai.defects(nature) if d.outcome == "quarantined"]

    found = judged("air4thai", asked(air4thai.SOURCE).body)

    assert [record for record, _ in found.codes] == [n for d in planted for n in d.where.records]
    assert [code for _, code in found.codes] == ["ts_format"]


def test_what_is_missing_in_the_air_has_five_spellings_and_one_meaning(
    nature: City, asked: Ask, judged: Judge
) -> None:
    found = judged("air4thai", asked(air4thai.SOURCE).body)
    rows = {str(row["station_id"]): row for row in found.accepted}
    columns = ("pm25_mean_24h_ugm3", "pm10_mean_24h_ugm3", "o3_ppb", "aqi")

    gaps = {(code, name) for code, row in rows.items() for name in columns if row[name] is None}

    assert gaps == {
        ("m83", "pm10_mean_24h_ugm3"),
        ("m83", "o3_ppb"),
        ("62t", "pm25_mean_24h_ugm3"),
        ("62t", "pm10_mean_24h_ugm3"),
        ("62t", "aqi"),
    }
    assert all(rows[code][f"{name}_reason"] == "missing" for code, name in gaps)
    assert {d.where.station_id for d in air4thai.defects(nature) if d.kind == "no_value"} == {
        code for code, _ in gaps
    }


def test_the_dust_is_the_mean_of_the_24_hours_before(
    nature: City, asked: Ask, judged: Judge
) -> None:
    found = judged("air4thai", asked(air4thai.SOURCE).body)
    town = next(row for row in found.accepted if row["station_id"] == "43t")
    row = TAMBON_CODES.index("830101")
    eve = air_on(nature.seed, nature.last_day).dust[row, 2:]
    night = air_on(nature.seed, nature.last_day + timedelta(days=1)).dust[row, :2]

    assert town["observed_at"] == nature.closes_at.astimezone(UTC)
    assert town["pm25_mean_24h_ugm3"] == pytest.approx((eve.sum() + night.sum()) / 240, abs=0.06)


def test_stations_with_ids_in_capitals_and_old_news_are_accepted(
    nature: City, asked: Ask, judged: Judge
) -> None:
    found = judged("air4thai", asked(air4thai.SOURCE).body)
    old = [r for r in found.accepted if r["observed_at"] < nature.closes_at - timedelta(days=1)]  # type: ignore[operator]

    assert [row["station_id"] for row in old] == ["44t"]
    assert len(found.accepted) == len(AIR_STATIONS) - 1


@pytest.mark.parametrize(
    ("dust", "index"), [(0, 0), (150, 25), (250, 50), (375, 100), (750, 200), (562, 149)]
)
def test_the_index_follows_the_thai_bands(dust: int, index: int) -> None:
    assert air4thai.index_of(dust) == index


def test_the_weather_is_taken_whole_and_is_that_of_the_truth(
    nature: City, asked: Ask, judged: Judge
) -> None:
    body = asked(tmd_weather.SOURCE).body
    found = judged("tmd_weather", body)
    airport = next(row for row in found.accepted if row["station_id"] == "48565")
    air, row = air_on(nature.seed, nature.closes_at.date()), TAMBON_CODES.index("830305")

    assert body.startswith(codecs.BOM_UTF8)
    assert (found.codes, len(found.accepted)) == ([], len(WEATHER_STATIONS))
    assert airport["observed_at"] == datetime.combine(
        nature.closes_at.date(), datetime.min.time(), BANGKOK
    ) + timedelta(hours=1)
    assert airport["temperature_celsius"] == pytest.approx(air.temperature[row, 1] / 10)
    assert airport["pressure_msl_hpa"] == pytest.approx(air.pressure[1] / 10)
    assert airport["province_code"] == "83"


def test_the_broken_gauge_is_missing_everywhere_else_there_is_rain_or_a_trace(
    nature: City, asked: Ask, judged: Judge
) -> None:
    found = judged("tmd_weather", asked(tmd_weather.SOURCE).body)
    missing = [r["station_id"] for r in found.accepted if r["rain_3h_mm_reason"] == "missing"]

    assert missing == [d.where.station_id for d in tmd_weather.defects(nature)]


def test_a_single_station_is_an_object(nature: City, judged: Judge) -> None:
    document = tmd_weather.weather_at(nature.seed, nature.closes_at, [TOWN])

    found = judged("tmd_weather", json_bytes(document, mark=True))

    assert isinstance(document["Stations"]["Station"], dict)  # type: ignore[call-overload,index]
    assert found.column("station_id") == ["48564"]


def test_a_trace_of_rain_is_told_as_such(judged: Judge) -> None:
    first = datetime(2025, 9, 1, 1, tzinfo=BANGKOK)
    trace = next(
        moment
        for moment in (first + timedelta(hours=3 * number) for number in range(240))
        if 0 < tmd_weather.rain_of(1, TOWN, moment, 3) < tmd_weather.TRACE
    )

    found = judged("tmd_weather", json_bytes(tmd_weather.weather_at(1, trace, [TOWN])))

    assert found.column("rain_3h_mm_reason") == ["trace"]


def test_the_observations_of_a_day_add_up_to_its_rain() -> None:
    last = datetime(2018, 6, 6, 1, tzinfo=BANGKOK)
    parts = [tmd_weather.rain_of(1, TOWN, last - timedelta(hours=3 * n), 3) for n in range(8)]

    assert sum(parts) == tmd_weather.rain_of(1, TOWN, last, 24)


def test_the_same_question_has_the_same_answer(asked: Ask) -> None:
    for source in (air4thai.SOURCE, tmd_weather.SOURCE):
        assert asked(source).body == asked(source).body
