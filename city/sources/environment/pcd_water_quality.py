"""Water quality of the channels, sampled four times a year by the Pollution Control Department.

One long table: a row a station, round and parameter. Oxygen, temperature, acidity and salinity are
those of the truth on the morning of the sample; oxygen demand and bacteria follow the rain that
washed the streets before it. The laboratory's numbers of the last round are still to come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.agency_stations import WATER_PROBES, WaterProbe
from city.registers.stations import stations
from city.sources.months import BUDDHIST_ERA
from city.truth.weather.environment import Environment, around
from city.truth.weather.rain import STEPS
from city.writing.json_text import decimal

if TYPE_CHECKING:
    pass

SOURCE_ID = "pcd_water_quality"
AGENCY = "กรมควบคุมมลพิษ"
RESOURCE = "water-quality.csv"
ROUNDS = ((2, 12), (5, 14), (8, 13), (11, 12))
YEARS_BACK = 2
SAMPLED_AT_STEP = 10 * STEPS // 24
LABORATORY = ("BOD", "TCB", "FCB")
COLUMNS = (
    "ปี", "ครั้งที่", "วันที่เก็บตัวอย่าง", "รหัสสถานี", "ชื่อสถานี", "พารามิเตอร์",
    "ค่าที่ตรวจวัด", "หน่วย", "สถานะข้อมูล", "ที่มา",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One number of one bottle, in its last decimal place."""

    round: int
    day: date
    probe: WaterProbe
    parameter: str
    value: int
    decimals: int
    unit: str


@lru_cache(maxsize=8)
def samples(seed: int, first_day: date) -> tuple[Sample, ...]:
    """Everything that was sampled in the two years before a city begins, and in its own."""
    days = [
        (number, date(year, month, day))
        for year in range(first_day.year - YEARS_BACK, first_day.year + 1)
        for number, (month, day) in enumerate(ROUNDS, start=1)
    ]
    return tuple(
        sample
        for number, day in days
        if day < first_day
        for probe in WATER_PROBES
        for sample in _bottle(seed, number, day, probe)
    )


def _bottle(seed: int, number: int, day: date, probe: WaterProbe) -> Iterator[Sample]:
    truth = around(seed, day)
    water, at = truth.water[probe.reach], STEPS + SAMPLED_AT_STEP
    draws = Draws(seed, "sample", probe.code, day.isoformat())
    washed = min(_rain_before(truth, probe) // 100, 60)
    faecal = draws.one(4, 30) * 100 + washed * draws.one(60, 160)
    measured = (
        ("DO", int(water.oxygen[at]) // 10, 1, "mg/L"),
        ("BOD", 12 + draws.one(0, 14) + washed // 3, 1, "mg/L"),
        ("TCB", faecal * draws.one(25, 60) // 10 // 10 * 10, 0, "MPN/100 mL"),
        ("FCB", faecal // 10 * 10, 0, "MPN/100 mL"),
        ("pH", int(water.ph[at]) // 10, 1, "-"),
        ("TEMP", int(water.temperature[at]) // 10, 1, "°C"),
        ("SAL", int(water.salinity[at]) // 10, 1, "PSU"),
    )
    for parameter, value, decimals, unit in measured:
        yield Sample(number, day, probe, parameter, value, decimals, unit)


def _rain_before(truth: Environment, probe: WaterProbe) -> int:
    """Rain over the basin in the day before the sample, in hundredths of a millimetre."""
    tambon = next(s.tambon.code for s in stations() if s.id == probe.reach)
    return int(truth.basin_rain[tambon][SAMPLED_AT_STEP : STEPS + SAMPLED_AT_STEP].sum())


def pcd_water_quality(seed: int, first_day: date) -> Table:
    """The table as the catalogue holds it when a city begins."""
    taken = samples(seed, first_day)
    last = max(sample.day for sample in taken)
    pending = tuple(
        record
        for record, sample in enumerate(taken, start=1)
        if sample.day == last and sample.parameter in LABORATORY
    )
    rows = tuple(_row(sample, record in pending) for record, sample in enumerate(taken, start=1))
    return Table(
        source=SOURCE_ID,
        dataset="pcd-water-quality",
        resource=RESOURCE,
        title="คุณภาพน้ำในคลองสายหลักของจังหวัดภูเก็ต",
        agency=AGENCY,
        headings=COLUMNS,
        rows=rows,
        published_at=datetime.combine(last + timedelta(days=20), time(3), UTC),
        defects=(
            Defect(
                "pending", SOURCE_ID, RESOURCE, Where(records=pending),
                "the laboratory has not told the numbers of the last round",
            ),
        ),
    )  # fmt: skip


def _row(sample: Sample, pending: bool) -> Row:
    year = sample.day.year + BUDDHIST_ERA
    return (
        str(year),
        str(sample.round),
        f"{sample.day:%d/%m}/{year}",
        sample.probe.code,
        sample.probe.name_th,
        sample.parameter,
        "รอประมวลผล" if pending else _written(sample),
        sample.unit,
        "ยังไม่ยืนยัน" if pending else "ยืนยันแล้ว",
        AGENCY,
    )


def _written(sample: Sample) -> str:
    """Decimals as they are, counts of bacteria with commas."""
    return decimal(sample.value, sample.decimals) if sample.decimals else f"{sample.value:,}"


SOURCE = Catalogued(SOURCE_ID, lambda city: pcd_water_quality(city.seed, city.first_day))
