"""Two rain gauges that send a counter, not the rain: what they show grows with each tip.

One counts on until its counter is full and begins again at nothing (`rolls_over_mm`). The other is
set to nothing every morning at seven, when the day of rain begins; once a week its battery is
changed, which does the same, and once it is silent for an hour and counts on. The rain between two
readings is their difference, but where the counter went back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws, Ints
from city.channels import Drop, DropFile, Row
from city.defects import Defect, Kind, Where
from city.registers.stations import COUNTER_GAUGES, INTERVAL_MINUTES, CounterGauge
from city.registers.tambon import metres
from city.truth.weather.rain import STEPS, rain_on
from city.writing.delimited import csv_bytes
from city.writing.json_text import decimal
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "rain_counters"
HEADINGS = (
    "gauge", "time", "counter_mm", "tip_mm", "rolls_over_mm", "tambon", "latitude", "longitude",
)  # fmt: skip
ROLLING, RESET = COUNTER_GAUGES
STEPS_PER_HOUR = STEPS // 24
MORNING = 7 * STEPS_PER_HOUR
# In the week of the city: the day and the step of a new battery; the day and steps of silence.
BATTERY_ON, BATTERY_AT = 3, 16 * STEPS_PER_HOUR + 2
SILENT_ON, SILENT = 5, range(10 * STEPS_PER_HOUR, 11 * STEPS_PER_HOUR)
# Before it rolls over it takes so much rain, in hundredths of a millimetre, of a new city.
SOON_FULL = (1_000, 3_000)


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The file of a day, sent in the night after it."""
    name = f"rain_counters_{day:%Y%m%d}.csv"
    shown = {gauge: counter_of(city, gauge, day) for gauge in COUNTER_GAUGES}
    kept = read_at(city, day)
    rows = [_row(gauge, _time(day, step), int(shown[gauge][step])) for gauge, step in kept]
    place = {where: record for record, where in enumerate(kept, start=1)}
    defects = tuple(
        Defect(kind, SOURCE_ID, name, _where(gauge, day, steps, place), detail)
        for gauge in COUNTER_GAUGES
        for kind, steps, detail in _told(city, gauge, day, shown[gauge])
    )
    sent_at = datetime.combine(day + timedelta(days=1), time(0, 15), BANGKOK)
    yield DropFile(name, sent_at, csv_bytes([HEADINGS, *rows]), defects)


def read_at(city: City, day: date) -> list[tuple[CounterGauge, int]]:
    """The gauges and the steps of a day at which they are read, in the order of time."""
    return [
        (gauge, step)
        for step in range(STEPS)
        for gauge in COUNTER_GAUGES
        if not (gauge == RESET and _weekday(city, day) == SILENT_ON and step in SILENT)
    ]


def counter_of(city: City, gauge: CounterGauge, day: date) -> Ints:
    """What the counter shows at each step of a day, in hundredths of a millimetre."""
    tips = tips_on(city.seed, gauge, day)
    if gauge == ROLLING:
        before = sum(
            int(tips_on(city.seed, gauge, city.first_day + timedelta(days=n)).sum())
            for n in range((day - city.first_day).days)
        )
        counted: Ints = (_at_first(city.seed) + before + tips.cumsum()) % gauge.rolls_over
        return counted
    yesterday = tips_on(city.seed, gauge, day - timedelta(days=1))
    total = np.concatenate([yesterday, tips]).cumsum()
    at_reset = np.zeros(2 * STEPS, dtype=np.int64)
    for step in _resets(city, day - timedelta(days=1)):
        at_reset[step:] = total[step - 1]
    for step in _resets(city, day):
        at_reset[STEPS + step :] = total[STEPS + step - 1]
    shown: Ints = (total - at_reset)[STEPS:]
    return shown


@lru_cache(maxsize=4096)
def tips_on(seed: int, gauge: CounterGauge, day: date) -> Ints:
    """What tipped in each step of a day, in hundredths of a millimetre."""
    east, north = (np.array([at]) for at in metres(gauge.latitude, gauge.longitude))
    fallen = rain_on(seed, day, east, north)[0]
    tips: Ints = np.diff(fallen.cumsum() // gauge.tip, prepend=0) * gauge.tip
    tips.flags.writeable = False
    return tips


def _at_first(seed: int) -> int:
    """What the counter that rolls over shows when a city begins."""
    left = Draws(seed, "rain counter", ROLLING.id).one(*SOON_FULL)
    return (ROLLING.rolls_over - left) // ROLLING.tip * ROLLING.tip


def _resets(city: City, day: date) -> list[int]:
    """The steps at which the counter of `RESET` begins anew; the tips of that step count."""
    battery = [BATTERY_AT] if _weekday(city, day) == BATTERY_ON else []
    return [MORNING, *battery]


def _told(
    city: City, gauge: CounterGauge, day: date, shown: Ints
) -> Iterator[tuple[Kind, list[int], str]]:
    """What a reader of the counter has to know of a day: kind, steps, words."""
    if gauge == ROLLING:
        back = (np.flatnonzero(np.diff(shown) < 0) + 1).tolist()
        yesterday = day - timedelta(days=1)
        if day > city.first_day and shown[0] < counter_of(city, gauge, yesterday)[-1]:
            back.insert(0, 0)
        if back:
            yield "counter_rollover", back, "the counter was full and began again at nothing"
        return
    yield "counter_reset", [MORNING], "the counter is set to nothing every morning at seven"
    if _weekday(city, day) == BATTERY_ON:
        yield "counter_reset", [BATTERY_AT], "the battery was changed"
    if _weekday(city, day) == SILENT_ON:
        yield "gap", list(SILENT), "the gauge was silent for an hour and counted on"


def _where(
    gauge: CounterGauge, day: date, steps: list[int], place: dict[tuple[CounterGauge, int], int]
) -> Where:
    records = tuple(place[gauge, step] for step in steps if (gauge, step) in place)
    return Where(gauge.id, "counter_mm", _time(day, steps[0]), _time(day, steps[-1]), records)


def _row(gauge: CounterGauge, at: str, shown: int) -> Row:
    return (
        gauge.id,
        at,
        decimal(shown // 10, 1),
        decimal(gauge.tip // 10, 1),
        decimal(gauge.rolls_over // 10, 1),
        gauge.tambon.code,
        decimal(gauge.latitude, 4),
        decimal(gauge.longitude, 4),
    )


def _time(day: date, step: int) -> str:
    hour, minute = divmod(step * INTERVAL_MINUTES, 60)
    return f"{day.isoformat()}T{hour:02d}:{minute:02d}:00+07:00"


def _weekday(city: City, day: date) -> int:
    return (day - city.first_day).days % 7


SOURCE = Drop(SOURCE_ID, "CDP_SENSOR_DROP_URL", "folder", "sensors", files_of)
