"""What goes wrong in the sensor network, at known places.

A `Fault` is planned; the `Defect` that it leaves in a file is written by `sensor_drops`. How files
are packed does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from city.defects import Kind, Where
from city.registers.stations import Station, StationKind
from city.sources.environment.sensor_readings import (
    OFFSET,
    Reading,
    decimal_texts,
    sent_parameter,
)


@dataclass(frozen=True)
class Fault:
    """A plan to spoil one series from one time of a day to another."""

    kind: Kind
    station_id: str
    parameter: str
    first: str
    last: str
    detail: str

    def where(self, records: tuple[int, ...]) -> Where:
        """Its place in a file, with the records it touched there."""
        return Where(self.station_id, self.parameter, self.first, self.last, records)


@dataclass(frozen=True)
class FileFault:
    """A plan for one of the files of a day."""

    kind: Kind
    part: int
    detail: str


@dataclass(frozen=True)
class _Weekly:
    """A fault of the week's plan: on which day of the city's week, on which station."""

    day: int
    kind: Kind
    station_kind: StationKind
    station: int
    parameter: str
    first: str
    last: str
    detail: str


# One week of faults, repeated. No two touch the same hours of a day, so even a city with one gauge
# and one water station has each of them apart from the others.
_WEEK = (
    _Weekly(0, "spike", "water_station", 2, "dissolved_oxygen", "04:20", "04:20",
            "one reading 7 mg/L too high"),
    _Weekly(0, "gap", "rain_gauge", 4, "rain_10min", "08:00", "12:50",
            "the station was silent for five hours"),
    _Weekly(0, "sentinel", "water_station", 6, "water_temperature", "14:00", "14:30",
            "the probe was out of the water"),
    _Weekly(1, "out_of_range", "water_station", 3, "ph", "03:10", "03:10",
            "no water has this acidity"),
    _Weekly(1, "stuck", "water_station", 8, "dissolved_oxygen", "04:00", "19:50",
            "the probe repeated one value for sixteen hours"),
    _Weekly(1, "duplicate_row", "rain_gauge", 10, "rain_10min", "21:00", "21:00",
            "the logger sent the row twice"),
    _Weekly(2, "unknown_parameter", "water_station", 12, "salinity", "13:00", "13:20",
            "a new probe that nobody announced"),
    _Weekly(2, "no_value", "water_station", 5, "salinity", "16:00", "16:20",
            "the probe was being cleaned"),
    _Weekly(3, "buddhist_year", "rain_gauge", 7, "rain_10min", "18:00", "18:20",
            "the logger's calendar counts Buddhist years"),
    _Weekly(3, "no_offset", "rain_gauge", 8, "rain_10min", "20:00", "20:20",
            "the time does not say its zone"),
    _Weekly(4, "stuck", "rain_gauge", 1, "rain_10min", "12:00", "15:50",
            "the logger repeated 3.4 mm for four hours"),
    _Weekly(5, "spike", "water_station", 9, "water_level", "11:00", "11:00",
            "one reading 2.5 m too high"),
)  # fmt: skip

_WEEK_OF_FILES = (
    (2, FileFault("html_page", 1, "a proxy's error page was saved in place of the file")),
    (3, FileFault("resent_file", 2, "sent again two days later with a corrected water level")),
    (4, FileFault("truncated_file", 0, "the connection broke at three fifths of the file")),
    (5, FileFault("late_file", 3, "the link was down in a storm for twenty hours")),
)


# What a gauge repeats when its logger is stuck. It would mostly be zero, which nobody can see.
STUCK_RAIN_MM = "3.4"


def faults_of(stations: Sequence[Station], first_day: date, day: date) -> list[Fault]:
    """The faults in the readings of one day."""
    weekday = (day - first_day).days % 7
    found = []
    for plan in _WEEK:
        if plan.day == weekday:
            ids = [station.id for station in stations if station.kind == plan.station_kind]
            station_id = ids[plan.station % len(ids)]
            first, last = (f"{day.isoformat()}T{t}:00{OFFSET}" for t in (plan.first, plan.last))
            found.append(Fault(plan.kind, station_id, plan.parameter, first, last, plan.detail))
    return found


def file_faults_of(first_day: date, day: date) -> list[FileFault]:
    """The faults of the files of one day."""
    weekday = (day - first_day).days % 7
    return [fault for planned, fault in _WEEK_OF_FILES if planned == weekday]


@dataclass
class Spoiler:
    """Applies the faults of one day to its readings, file by file in the order of time."""

    faults: Sequence[Fault]
    _stuck_at: dict[Fault, str] = field(default_factory=dict)

    def spoil(self, readings: Sequence[Reading]) -> list[tuple[Reading, Fault | None]]:
        """The rows as they are sent, each with the fault that it shows."""
        planned: dict[tuple[str, str], list[Fault]] = {}
        for fault in self.faults:
            series = (fault.station_id, sent_parameter(fault.station_id, fault.parameter))
            planned.setdefault(series, []).append(fault)
        rows: list[tuple[Reading, Fault | None]] = []
        for reading in readings:
            if faults := planned.get(reading[:2]):  # station and parameter
                rows += self._sent(reading, faults)
            else:
                rows.append((reading, None))
        return rows

    def _sent(
        self, reading: Reading, faults: Sequence[Fault]
    ) -> list[tuple[Reading, Fault | None]]:
        for fault in faults:
            if fault.first <= reading.time <= fault.last:
                if fault.kind == "stuck":
                    raining = fault.parameter == "rain_10min"
                    value = STUCK_RAIN_MM if raining else reading.value
                    value = self._stuck_at.setdefault(fault, value)
                    return [(reading.but(value=value), fault)]
                if fault.kind == "duplicate_row":
                    return [(reading, None), (reading, fault)]
                if fault.kind == "gap":
                    return []
                return [(_SPOILED[fault.kind](reading), fault)]
        return [(reading, None)]


def _spike(reading: Reading) -> Reading:
    whole, decimals = reading.value.split(".")
    if reading.unit in ("mg/L", "mg/l"):
        return reading.but(value=f"{int(whole) + 7}.{decimals}")
    return reading.but(value=shifted_level(reading.value, 2500))


def shifted_level(value: str, millimetres: int) -> str:
    """A level in metres, moved by some millimetres."""
    return decimal_texts([round(float(value) * 1000) + millimetres], 3)[0]


def _buddhist(reading: Reading) -> Reading:
    return reading.but(time=f"{int(reading.time[:4]) + 543}{reading.time[4:]}")


_SPOILED: dict[Kind, Callable[[Reading], Reading]] = {
    "spike": _spike,
    "sentinel": lambda reading: reading.but(value="-999", flag="error"),
    "out_of_range": lambda reading: reading.but(value="17.30"),
    "no_value": lambda reading: reading.but(value="-", flag="maintenance"),
    "unknown_parameter": lambda reading: reading.but(parameter="turbidity", unit="NTU"),
    "buddhist_year": _buddhist,
    "no_offset": lambda reading: reading.but(time=reading.time.removesuffix(OFFSET)),
}
