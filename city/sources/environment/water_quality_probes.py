"""The Pollution Control Department's probes in eight channels, behind a SensorThings service.

Five datastreams a station, every hour, with the water of the truth and an error of their own. Half
of the loggers write results as texts. A station without an oxygen probe sends 0 for ever; its
datastream says so (`properties.probe`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from city.chance import Draws, Ints
from city.channels import Json, Observation, Things
from city.defects import Defect, Kind, Where
from city.registers.agency_stations import WATER_PROBES, WaterProbe
from city.truth.weather.environment import around
from city.truth.weather.rain import STEPS
from city.truth.weather.water import Water
from city.writing.json_text import decimal, number
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "water_quality_probes"
HOURS = 24
SENTINEL = -999_000_000  # stands for the loggers' -999, which is no value of any datastream
DOWN_AFTER_DAYS = 5


@dataclass(frozen=True)
class Stream:
    """What one kind of datastream measures; `number` is the last digit of its identifier."""

    number: int
    parameter: str
    name_th: str
    unit: str
    unit_name: str
    decimals: int
    noise: int
    series: Callable[[Water], Ints]


STREAMS = (
    Stream(1, "do", "ออกซิเจนละลายน้ำ", "mg/L", "milligram per litre", 2, 12, lambda w: w.oxygen),
    Stream(2, "temp", "อุณหภูมิน้ำ", "°C", "degree Celsius", 2, 8, lambda w: w.temperature),
    Stream(3, "ph", "ความเป็นกรด-ด่าง", "pH", "pH", 2, 4, lambda w: w.ph),
    Stream(4, "salinity", "ความเค็ม", "PSU", "practical salinity unit", 2, 9, lambda w: w.salinity),
    Stream(5, "level", "ระดับน้ำ", "m MSL", "metre above mean sea level", 3, 6, lambda w: w.level),
)


@dataclass(frozen=True)
class _Fault:
    """What goes wrong in one series in some hours of one day of the city's week."""

    day: int
    kind: Kind
    station: str
    parameter: str
    first: int
    last: int
    detail: str

    def where(self, day: date, records: tuple[int, ...]) -> Where:
        """Its place on a day, with the observations that it touched."""
        first, last = _at(day, self.first), _at(day, self.last)
        return Where(self.station, self.parameter, first, last, records)


_WEEK = (
    _Fault(0, "duplicate_row", "PK-02", "temp", 9, 9, "the logger sent the observation twice"),
    _Fault(1, "stuck", "PK-03", "do", 4, 19, "the probe repeated one value for sixteen hours"),
    _Fault(2, "gap", "PK-06", "ph", 8, 12, "the probe was out for cleaning"),
    _Fault(3, "sentinel", "PK-02", "temp", 14, 16, "the cable of the probe is cut"),
    _Fault(4, "out_of_range", "PK-07", "ph", 6, 6, "no water has this acidity"),
)


def datastreams(city: City) -> list[Mapping[str, Json]]:
    """The forty datastreams, station by station."""
    return [_datastream(probe, stream) for probe in WATER_PROBES for stream in STREAMS]


def observations(city: City, day: date) -> Iterator[Observation]:
    """The observations of a day by time, then datastream, those sent twice included."""
    return (observation for observation, _ in _sent(city, day))


def defects(city: City) -> Iterator[Defect]:
    """What is wrong, with the numbers of the observations in the order of their day."""
    for day in city.calendar:
        name = f"Observations-{day:%Y%m%d}"
        sent = list(enumerate(_sent(city, day), start=1))
        for fault in _planned(city, day):
            records = tuple(record for record, (_, shown) in sent if shown is fault)
            yield Defect(fault.kind, SOURCE_ID, name, fault.where(day, records), fault.detail)
        zeros = tuple(n for n, (seen, _) in sent if seen.datastream in _WITHOUT_PROBE)
        where = Where(first=_at(day, 0), last=_at(day, HOURS - 1), parameter="do", records=zeros)
        yield Defect("no_probe", SOURCE_ID, name, where, "there is no oxygen probe: it sends 0")
    if city.days > DOWN_AFTER_DAYS + 1:
        down = city.calendar[DOWN_AFTER_DAYS].isoformat()
        yield Defect("source_down", SOURCE_ID, "", Where(first=down, last=down), "down for a day")


def true_value(seed: int, probe: WaterProbe, stream: Stream, moment: datetime) -> int:
    """What the water is, in the last decimal place of the datastream."""
    local = moment.astimezone(BANGKOK)
    series = stream.series(around(seed, local.date()).water[probe.reach])
    return int(series[STEPS + local.hour * STEPS // HOURS])


_WITHOUT_PROBE = tuple(p.number * 10 + 1 for p in WATER_PROBES if not p.oxygen_probe)


def _datastream(probe: WaterProbe, stream: Stream) -> Mapping[str, Json]:
    present = stream.parameter != "do" or probe.oxygen_probe
    return {
        "@iot.id": probe.number * 10 + stream.number,
        "name": f"{probe.code} {stream.name_th}",
        "description": f"{stream.name_th} {probe.name_th}",
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "unitOfMeasurement": {
            "name": stream.unit_name,
            "symbol": stream.unit,
            "definition": "",
        },
        "properties": {
            "station_code": probe.code,
            "parameter": stream.parameter,
            "probe": "yes" if present else "no",
        },
        "Thing": {
            "@iot.id": probe.number,
            "name": probe.name_en,
            "description": probe.name_th,
            "properties": {"station_code": probe.code},
        },
    }


def _sent(city: City, day: date) -> Iterator[tuple[Observation, _Fault | None]]:
    """What is sent of a day in its order, each with the fault that it shows."""
    planned = {(fault.station, fault.parameter): fault for fault in _planned(city, day)}
    measured = [
        (probe, stream, _measured(city.seed, probe, stream, day))
        for probe in WATER_PROBES
        for stream in STREAMS
    ]
    for hour in range(HOURS):
        moment = datetime.combine(day, time(hour), BANGKOK)
        for probe, stream, values in measured:
            fault = planned.get((probe.code, stream.parameter))
            for value, shown in _spoiled(values, hour, fault):
                result = _result(probe, stream, value)
                yield Observation(probe.number * 10 + stream.number, moment, result), shown


def _spoiled(values: Ints, hour: int, fault: _Fault | None) -> list[tuple[int, _Fault | None]]:
    """What becomes of an hour's value: usually itself."""
    value = int(values[hour])
    if fault is None or not fault.first <= hour <= fault.last:
        return [(value, None)]
    if fault.kind == "gap":
        return []
    if fault.kind == "duplicate_row":
        return [(value, None), (value, fault)]
    wrong = {"stuck": int(values[fault.first]), "sentinel": SENTINEL, "out_of_range": 1820}
    return [(wrong[fault.kind], fault)]


def _result(probe: WaterProbe, stream: Stream, value: int) -> float | str:
    """A number, or of every second logger a text."""
    if value == SENTINEL:
        return "-999" if probe.number % 2 == 0 else -999
    text = decimal(value, stream.decimals)
    return text if probe.number % 2 == 0 else number(value, stream.decimals)


def _measured(seed: int, probe: WaterProbe, stream: Stream, day: date) -> Ints:
    series = stream.series(around(seed, day).water[probe.reach])[STEPS :: STEPS // HOURS]
    draws = Draws(seed, "probe", probe.code, stream.parameter, day.isoformat())
    measured: Ints = series + draws.many(-stream.noise, stream.noise, HOURS)
    if stream.parameter == "do" and not probe.oxygen_probe:
        return measured * 0
    return measured if stream.parameter == "level" else measured.clip(min=0)


def _planned(city: City, day: date) -> list[_Fault]:
    weekday = (day - city.first_day).days % 7
    return [fault for fault in _WEEK if fault.day == weekday]


def _at(day: date, hour: int) -> str:
    return f"{day.isoformat()}T{hour:02d}:00:00+07:00"


SOURCE = Things(
    source=SOURCE_ID,
    setting="CDP_PCD_SENSORTHINGS_URL",
    datastreams=datastreams,
    observations=observations,
    defects=defects,
)
