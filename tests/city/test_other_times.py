"""Cities of other seeds, days and sizes send what their contracts say, but for what is planted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from city.channels import Catalogued, Drop
from city.city import City
from city.defects import Defect
from city.sources import SOURCES
from tests.city.door import at_the_door, kept_out

NEW_YEAR = City(seed=3, first_day=date(2025, 12, 30), days=9, scale=0.002)
CITIES = {
    "over New Year": NEW_YEAR,
    "a leap day": City(seed=2, first_day=date(2024, 2, 28), days=3, scale=0.002),
    "a new fiscal year": City(seed=11, first_day=date(2026, 10, 1), days=1, scale=0.002),
    "before most tables": City(seed=4, first_day=date(2019, 5, 31), days=2, scale=0.002),
}
WATCHED = {
    "dengue_weekly", "mots_tourism_history", "immigration_daily", "airport_daily", "hotel_rooms",
    "density_calibrations", "rain_counters", "length_of_stay", "crime_cases", "local_authorities",
    "environment_stations",
}  # fmt: skip


def sent(city: City, source: Drop | Catalogued) -> Iterator[tuple[bytes, tuple[Defect, ...]]]:
    if isinstance(source, Catalogued):
        table = source.table(city)
        yield table.body, table.defects
        return
    for day in city.calendar:
        for file in source.sent(city, day):
            yield file.body, file.defects


@pytest.mark.parametrize("name", CITIES)
def test_the_door_keeps_out_what_is_planted_and_nothing_else(name: str) -> None:
    city, seen = CITIES[name], set()
    for source in SOURCES:
        if source.source in WATCHED and isinstance(source, Drop | Catalogued):
            for body, planted in sent(city, source):
                seen.add(source.source)
                judged = at_the_door(city, source.source, body)
                assert judged.outcome.status == "accepted", source.source
                assert {row.record for row in judged.quarantined} == kept_out(planted), source
                assert judged.outcome.new_columns == ()

    assert seen == WATCHED


def test_what_a_city_of_one_station_sends_for_weeks_is_what_the_truth_says() -> None:
    city = City(seed=5, first_day=date(2026, 7, 1), days=24, station_share=0.01)
    readings = next(s for s in SOURCES if s.source == "environment_sensor_readings")
    assert isinstance(readings, Drop)
    kinds = set()
    for day in city.calendar:
        for file in readings.sent(city, day):
            kinds |= {defect.kind for defect in file.defects}
            if not any(defect.outcome == "refused" for defect in file.defects):
                judged = at_the_door(city, readings.source, file.body)
                assert {row.record for row in judged.quarantined} == kept_out(file.defects)

    assert {"drift", "undercatch", "jammed", "level_shift"} <= kinds
