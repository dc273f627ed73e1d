"""People who were counted, by hour, against the same worked out in pandas from the rows."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from ingestion.clock import BANGKOK
from tests.dbt_project.city_lake import CityLake, Row

FIRST, DAYS = date(2026, 1, 5), 3
ZONES = {"830101-01": "830101", "830101-02": "830101", "830305-01": "830305"}
COUNTS = ["people", "people_towards", "people_away"]

pytestmark = pytest.mark.whole


def quarters(day: date, chance: random.Random) -> list[Row]:
    """A day of counts: some quarters are missing, some have no number."""
    rows: list[Row] = []
    start = datetime.combine(day, datetime.min.time(), tzinfo=BANGKOK)
    for zone, tambon in ZONES.items():
        for at in (start + timedelta(minutes=15 * step) for step in range(96)):
            if chance.random() < 0.1:
                continue
            towards, away = chance.randrange(90), chance.randrange(90)
            known = chance.random() > 0.1
            rows.append(
                {
                    "zone_id": zone,
                    "tambon_code": tambon,
                    "counted_from": at.astimezone(UTC).isoformat(sep=" "),
                    "counted_to": (at + timedelta(minutes=15)).astimezone(UTC).isoformat(sep=" "),
                    "people": towards + away if known else None,
                    "people_towards": towards if known else None,
                    "people_away": away if known else None,
                    "is_congested": chance.random() < 0.2,
                    "reported_at": (at + timedelta(minutes=16)).astimezone(UTC).isoformat(sep=" "),
                    "people_reason": None if known else "missing",
                }
            )
    return rows


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[CityLake, pd.DataFrame]:
    """A lake with three days of counts, and the same rows."""
    city, chance = CityLake(tmp_path_factory.mktemp("counts")), random.Random(5)
    rows: list[Row] = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        of_day = quarters(day, chance)
        city.deliver("people_counts", f"c{number}", day, of_day)
        rows += of_day
    city.build()
    return city, pd.DataFrame(rows)


def test_an_hour_is_the_sum_of_the_quarters_that_were_counted(
    delivered: tuple[CityLake, pd.DataFrame],
) -> None:
    city, rows = delivered
    rows["hour_start"] = pd.to_datetime(rows["counted_from"], utc=True).dt.floor("h")
    grouped = rows.groupby(["zone_id", "hour_start"])
    expected = grouped[COUNTS].sum(min_count=1)
    expected["received"] = grouped.size()
    expected["counted"] = grouped["people"].count()
    expected["congested"] = grouped["is_congested"].sum()

    found = city.ask("""
        select
            zone_id, hour_start, received, counted, people, people_towards, people_away, congested
        from lake.intermediate.int_people_counted_hourly""")

    columns = ["received", "counted", *COUNTS, "congested"]
    of = {(row[0], pd.Timestamp(str(row[1])).tz_convert("UTC")): row[2:] for row in found}
    wanted = {
        key: tuple(None if pd.isna(value) else int(value) for value in row[columns])
        for key, row in expected.iterrows()
    }
    assert len(wanted) > 200
    assert of == wanted


def test_an_hour_lies_within_one_day_of_thailand(
    delivered: tuple[CityLake, pd.DataFrame],
) -> None:
    found = delivered[0].ask("""
        select count(*) from lake.intermediate.int_people_counted_hourly
        where cast(timezone('Asia/Bangkok', hour_start) as date) <> event_day""")

    assert found == [(0,)]
