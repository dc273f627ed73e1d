"""What a source tells as typed rows is the last word that its files of that day have at the door.

On later days of a city: what breaks on each day of its week, and what has worn out by then. All
sources, with their keys and over several nights, are in `tests/orchestration/test_city_history.py`.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from city.channels import Drop
from city.city import City
from city.sources import SOURCES
from city.telling import TELLERS
from ingestion.clock import BANGKOK
from tests.city.door import at_the_door, contract_for

CITY = City(seed=3, first_day=date(2026, 9, 7), days=18, scale=0.01, station_share=0.25)
DROPS = {each.source: each for each in SOURCES if isinstance(each, Drop)}
LOST = {("environment_sensor_readings", 4): range(6)}
"""Hours of a file that was cut and never sent again, by the day of the city's week."""


@pytest.mark.parametrize("number", [3, 4, 5, 6, 16])
@pytest.mark.parametrize("source", ["cctv_uptime", "environment_sensor_readings", "rain_counters"])
def test_rows_are_the_last_word_of_the_files_about_a_day(source: str, number: int) -> None:
    day, contract = CITY.first_day + timedelta(days=number), contract_for(source)
    told = TELLERS[source](CITY, day)
    columns = told.column_names
    words = {}
    for file in DROPS[source].sent(CITY, day):
        for row in at_the_door(CITY, source, file.body).accepted:
            words[tuple(row[name] for name in contract.key)] = [row[name] for name in columns]

    rows = {tuple(row[name] for name in contract.key): row for row in told.to_pylist()}

    missing = {key for key in rows if key not in words}
    assert words.keys() <= rows.keys()
    assert {key[-1].astimezone(BANGKOK).hour for key in missing} == set(
        LOST.get((source, number), ())
    )
    assert {
        key: row for key, row in rows.items() if key in words and list(row.values()) != words[key]
    } == {}


def test_a_gauge_whose_logger_was_changed_tells_every_five_minutes() -> None:
    table = TELLERS["environment_sensor_readings"](CITY, CITY.calendar[16])

    minutes = {at.minute for at in table["observed_at"].to_pylist()}

    assert {5, 15, 25} <= minutes
