"""What the simulated city sends, looked up by source: short ways for the tests of its parts."""

from __future__ import annotations

from datetime import date
from functools import cache

from city.channels import Catalogued, DropFile, Table
from city.city import City
from city.defects import Defect
from city.sources import SOURCES
from city.sources.environment.sensor_drops import READINGS

CATALOGUED = [source for source in SOURCES if isinstance(source, Catalogued)]


@cache
def sensor_files(city: City, day: date) -> tuple[DropFile, ...]:
    """Made once for each city and day; that equal cities are equal is shown without this memory."""
    return tuple(READINGS.files(city, day))


@cache
def sensor_defects(city: City) -> tuple[Defect, ...]:
    files = [file for day in city.calendar for file in sensor_files(city, day)]
    return tuple(defect for file in files for defect in file.defects)


def table_of(city: City, source: str) -> Table:
    return next(each.table(city) for each in CATALOGUED if each.source == source)
