"""The sensor network's drop folder: its files, byte for byte, and when each is sent.

Four parts a day, `environment_<YYYYMMDD>_<part>.csv.gz`, and the register `stations.csv`. A part
that is sent again gets a name of its own; so does the register, `stations_<YYYYMMDD>.csv`, which is
sent anew when loggers were changed, with the place of a gauge mistyped. What is in the rows belongs
to `sensor_readings`, `sensor_faults` and `sensor_wear`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from city.channels import Drop, DropFile
from city.defects import Defect, Where
from city.registers.stations import CHANGED_INTERVALS, INTERVAL_MINUTES, Station
from city.sources.environment.sensor_faults import (
    Fault,
    FileFault,
    Spoiler,
    faults_of,
    file_faults_of,
    shifted_level,
)
from city.sources.environment.sensor_readings import (
    LOGGERS_CHANGED,
    Reading,
    decimal_texts,
    readings_of,
    sent_parameter,
)
from city.sources.environment.sensor_wear import wear_on
from city.truth.weather.environment import Environment
from city.writing.delimited import csv_bytes
from city.writing.gzipped import gzipped
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE = "environment_sensor_readings"
PARTS = 4
PART_HOURS = 24 // PARTS
HEADING = "station,parameter,time,value,unit,flag"
CORRECTION_MM = -150
REGISTER = "environment_stations"
REGISTER_HEADING = (
    "station_id", "name_th", "name_en", "kind", "tambon_code", "latitude", "longitude",
    "ground_level_m_msl", "min_bank_m_msl", "interval_minutes",
)  # fmt: skip
MISPLACED, MISPLACED_NORTH = "RG-020", 1000

ERROR_PAGE = b"""<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>gateway</center></body></html>
"""


def register_file(stations: Sequence[Station], sent_on: date) -> DropFile:
    """The register of stations as `stations.csv`."""
    body = csv_bytes([REGISTER_HEADING, *(_registered(station) for station in stations)])
    return DropFile("stations.csv", datetime.combine(sent_on, time(), BANGKOK), body)


def changed_register_file(stations: Sequence[Station], sent_on: date) -> DropFile:
    """The register as it is sent when loggers were changed."""
    name = f"stations_{sent_on:%Y%m%d}.csv"
    rows, defects = [], []
    for record, station in enumerate(stations, start=1):
        at = station
        if station.id == MISPLACED:
            at = replace(station, latitude=station.latitude + MISPLACED_NORTH)
            detail = "a gauge stands in the register eleven kilometres north of where it is"
            where = Where(station.id, records=(record,))
            defects.append(Defect("misplaced", REGISTER, name, where, detail))
        rows.append(_registered(at, CHANGED_INTERVALS.get(station.id, INTERVAL_MINUTES)))
    body = csv_bytes([REGISTER_HEADING, *rows])
    sent_at = datetime.combine(sent_on, time(), BANGKOK)
    return DropFile(name, sent_at, body, tuple(defects))


def _registered(station: Station, minutes: int = INTERVAL_MINUTES) -> tuple[str, ...]:
    channel = station.channel
    heights = decimal_texts([channel.bed_mm, channel.bank_mm], 3) if channel else ["", ""]
    place = decimal_texts([station.latitude, station.longitude], 4)
    return (
        station.id, station.name_th, station.name_en, station.kind, station.tambon.code,
        *place, *heights, str(minutes),
    )  # fmt: skip


def files_of(environment: Environment, day: date) -> Iterator[DropFile]:
    """Every file with readings of this day, those sent late or again included."""
    readings = readings_of(environment, day)
    spoiler = Spoiler(faults_of(environment.stations, environment.first_day, day))
    size = len(readings) // PARTS
    spoiled_files = {fault.part: fault for fault in file_faults_of(environment.first_day, day)}
    for part in range(PARTS):
        rows = spoiler.spoil(readings[part * size : (part + 1) * size])
        file = _part_file(day, part, rows, spoiler.faults)
        file = replace(file, defects=(*file.defects, *_wear(environment, day, file.name, rows)))
        if part in spoiled_files:
            fault = spoiled_files[part]
            yield from _FILE_FAULTS[fault.kind](file, [row for row, _ in rows], fault)
        else:
            yield file


def _part_file(
    day: date,
    part: int,
    rows: Sequence[tuple[Reading, Fault | None]],
    faults: Sequence[Fault],
) -> DropFile:
    name = f"environment_{day:%Y%m%d}_{part:02d}.csv.gz"
    begins = datetime.combine(day, time(part * PART_HOURS), BANGKOK)
    ends = begins + timedelta(hours=PART_HOURS)
    defects = []
    for fault in faults:
        if fault.first < ends.isoformat() and fault.last >= begins.isoformat():
            records = tuple(n for n, (_, shown) in enumerate(rows, start=1) if shown is fault)
            where = fault.where(records)
            defects.append(Defect(fault.kind, SOURCE, name, where, fault.detail))
    body = _packed([reading for reading, _ in rows])
    return DropFile(name, ends + timedelta(minutes=5), body, tuple(defects))


def _wear(
    environment: Environment, day: date, name: str, rows: Sequence[tuple[Reading, Fault | None]]
) -> Iterator[Defect]:
    """What worn instruments sent in a part, beside the faults of the day."""
    for wear in wear_on(environment.first_day, day):
        station = wear.station_id(environment.stations)
        series = (station, sent_parameter(station, wear.parameter))
        records = tuple(
            record
            for record, (reading, shown) in enumerate(rows, start=1)
            if shown is None and reading[:2] == series
        )
        if records:
            first, last = (rows[record - 1][0].time for record in (records[0], records[-1]))
            where = Where(station, wear.parameter, first, last, records)
            yield Defect(wear.kind, SOURCE, name, where, wear.detail)


def _packed(readings: Sequence[Reading]) -> bytes:
    # No cell of a reading needs quotes.
    lines = [HEADING, *map(",".join, readings), ""]
    return gzipped("\n".join(lines).encode())


def _error_page(file: DropFile, _: Sequence[Reading], fault: FileFault) -> list[DropFile]:
    again = _again(file, timedelta(hours=21))
    late = Defect("late_file", SOURCE, again.name, Where(), "sent again after the error page")
    spoiled = Defect(fault.kind, SOURCE, file.name, Where(), fault.detail)
    return [
        replace(file, body=ERROR_PAGE, defects=(spoiled,)),
        replace(again, defects=(*again.defects, late)),
    ]


def _truncated(file: DropFile, _: Sequence[Reading], fault: FileFault) -> list[DropFile]:
    spoiled = Defect(fault.kind, SOURCE, file.name, Where(), fault.detail)
    return [replace(file, body=file.body[: len(file.body) * 3 // 5], defects=(spoiled,))]


def _late(file: DropFile, _: Sequence[Reading], fault: FileFault) -> list[DropFile]:
    late = Defect(fault.kind, SOURCE, file.name, Where(), fault.detail)
    sent_at = file.sent_at + timedelta(hours=20)
    return [replace(file, sent_at=sent_at, defects=(*file.defects, late))]


def _resent(file: DropFile, readings: Sequence[Reading], fault: FileFault) -> list[DropFile]:
    again = _again(file, timedelta(days=2))
    station = next(reading.station for reading in readings if reading.station.startswith("WS-"))
    series = (station, sent_parameter(station, "water_level"))
    corrected = [
        reading.but(value=shifted_level(reading.value, CORRECTION_MM))
        if (reading.station, reading.parameter) == series
        else reading
        for reading in readings
    ]
    changed = tuple(n for n, new in enumerate(corrected, 1) if new is not readings[n - 1])
    first, last = (corrected[number - 1].time for number in (changed[0], changed[-1]))
    where = Where(station, "water_level", first, last, changed)
    correction = Defect(fault.kind, SOURCE, again.name, where, fault.detail)
    return [
        file,
        replace(again, body=_packed(corrected), defects=(*again.defects, correction)),
    ]


def _again(file: DropFile, later: timedelta) -> DropFile:
    """The same part under a name of its own, which sorts behind the first."""
    name = file.name.replace(".csv.gz", "_resent.csv.gz")
    defects = tuple(replace(defect, file=name) for defect in file.defects)
    return DropFile(name, file.sent_at + later, file.body, defects)


_FILE_FAULTS: dict[str, Callable[[DropFile, Sequence[Reading], FileFault], list[DropFile]]] = {
    "html_page": _error_page,
    "truncated_file": _truncated,
    "late_file": _late,
    "resent_file": _resent,
}


def _register(city: City, day: date) -> list[DropFile]:
    if day == city.first_day:
        return [register_file(city.stations, day)]
    if (day - city.first_day).days == LOGGERS_CHANGED:
        return [changed_register_file(city.stations, day)]
    return []


READINGS = Drop(
    source=SOURCE,
    setting="CDP_SENSOR_DROP_URL",
    store="folder",
    folder="sensors",
    files=lambda city, day: files_of(city.environment, day),
)
STATIONS = Drop(
    source=REGISTER,
    setting="CDP_SENSOR_DROP_URL",
    store="folder",
    folder="sensors",
    files=_register,
)
