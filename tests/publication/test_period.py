"""The dates by which readers judge whether a release is current."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dbt_project.products import Product
from ingestion.clock import BANGKOK
from publication.period import due, period_of
from publication.release import hold, release
from tests.publication.city import NEXT_EVENING, RAIN_DAILY, City, product


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


def told(tmp_path: Path, what: Product, **columns: list[object]) -> tuple[date | None, date | None]:
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table(columns), path)
    timed = what.model_copy(update={"time_columns": tuple(columns)})
    return period_of(path, timed, at("2026-02-03 02:00"))


ANY = product("anything", "economy", ("id",), {"id": "bigint"})


@pytest.mark.parametrize(
    ("columns", "days"),
    [
        ({"day": [date(2026, 1, 3), date(2026, 1, 1)]}, (date(2026, 1, 1), date(2026, 1, 3))),
        ({"year": [2025, 2019]}, (date(2019, 1, 1), date(2025, 12, 31))),
        # A month as a period: its end is the first instant of the next.
        (
            {
                "month": [date(2026, 1, 1)],
                "period_start": [at("2026-01-01")],
                "period_end": [at("2026-02-01")],
            },
            (date(2026, 1, 1), date(2026, 1, 31)),
        ),
        # A hydrological day begins the day before and ends at 07:00 of the day that names it.
        (
            {"period_start": [at("2026-01-05 07:00")], "period_end": [at("2026-01-06 07:00")]},
            (date(2026, 1, 5), date(2026, 1, 6)),
        ),
        # A year that is not over.
        ({"year": [2025, 2026]}, (date(2025, 1, 1), date(2026, 2, 3))),
        ({"pier": ["Chalong"]}, (None, None)),
        ({"day": pa.array([], pa.date32())}, (None, None)),
        ({"day": pa.array([None], pa.date32())}, (None, None)),
    ],
)
def test_the_first_and_the_last_day_that_a_row_tells_of(
    tmp_path: Path, columns: dict[str, list[object]], days: tuple[date | None, date | None]
) -> None:
    assert told(tmp_path, ANY, **columns) == days


@pytest.mark.parametrize(
    ("cadence", "published", "by"),
    [
        ("hourly", "2026-01-08 02:00", "2026-01-08 04:00"),
        ("daily", "2026-01-08 02:00", "2026-01-09 23:59:59"),
        ("weekly", "2026-12-30 02:00", "2027-01-06 23:59:59"),
        ("monthly", "2026-01-31 02:00", "2026-02-28 23:59:59"),
        ("monthly", "2026-12-31 02:00", "2027-01-31 23:59:59"),
        ("yearly", "2024-02-29 23:59", "2025-02-28 23:59:59"),
    ],
)
def test_the_next_release_is_due_one_period_later(cadence: str, published: str, by: str) -> None:
    assert due(cadence, at(published)) == at(by)


def test_catalogue_pointer_manifest_and_readmes_hold_the_dates(city: City) -> None:
    city.release_rain()

    for key in (
        "environment/rain_daily/2026-01-08.0/manifest.json",
        "environment/rain_daily/2026-01-08.0/datapackage.json",
        "environment/rain_daily/latest.json",
    ):
        document = json.loads(city.open.get(key))
        assert document["data_from"] == "2026-01-06", key
        assert document["data_until"] == "2026-01-07", key
        assert document["next_update_by"] == "2026-01-09T23:59:59+07:00", key
    (entry,) = json.loads(city.open.get("catalog.json"))["products"]
    assert (entry["data_until"], entry["next_update_by"]) == (
        "2026-01-07",
        "2026-01-09T23:59:59+07:00",
    )
    english = city.open.get("environment/rain_daily/latest/README.en.md").decode()
    assert "| Next version by | 9 January 2026; after that day this one is late |" in english
    thai = city.open.get("environment/rain_daily/latest/README.th.md").decode()
    assert "| ช่วงข้อมูล | 6 มกราคม 2569 ถึง 7 มกราคม 2569 |" in thai


def test_the_page_says_until_when_and_never_that_something_is_current_now(city: City) -> None:
    city.release_rain()

    page = city.open.get("index.html").decode()

    assert "Current until 9 January 2026" in page
    assert "เป็นปัจจุบันถึง <time" in page
    assert page.count("Current") == page.count("Current until")
    assert page.count("เป็นปัจจุบัน") == page.count("เป็นปัจจุบันถึง")


def test_a_held_product_keeps_the_dates_of_the_version_that_readers_have(city: City) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    city.now = NEXT_EVENING
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    (entry,) = json.loads(city.open.get("catalog.json"))["products"]

    assert (entry["state"], entry["next_update_by"]) == ("held", "2026-01-09T23:59:59+07:00")
    assert "Current" not in city.open.get("index.html").decode()
