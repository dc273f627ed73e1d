"""What the simulated city sends, looked up by source: short ways for the tests of its parts."""

from __future__ import annotations

from datetime import date

from ingestion.simulator.channels import DropFile, Table
from ingestion.simulator.city import City
from ingestion.simulator.defects import Defect
from ingestion.simulator.sources import tables
from ingestion.simulator.sources.environment.sensor_drops import READINGS


def sensor_files(city: City, day: date) -> tuple[DropFile, ...]:
    return tuple(READINGS.files(city, day))


def sensor_defects(city: City) -> list[Defect]:
    return [d for day in city.calendar for file in sensor_files(city, day) for d in file.defects]


def table_of(city: City, source: str) -> Table:
    return next(table for table in tables(city) if table.source == source)
