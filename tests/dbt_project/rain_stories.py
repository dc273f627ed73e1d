"""Gauges for tests, each with a day that tells of one thing, and what should be published of it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ingestion.clock import BANGKOK

DAY = date(2026, 1, 5)
"""07:00 of the 4th to 07:00 of the 5th."""

START = datetime(2026, 1, 4, 7, tzinfo=BANGKOK)
LAST = "06:50", "07:00"
CLOUDBURST = {"15:00": 34, "15:10": 41, "15:20": 38, "15:30": 33}
Published = tuple[float | None, str, str | None, float | None, float | None, int, float]


def clock(text: str, day: date = DAY) -> datetime:
    """A time of the hydrological day: up to 07:00 it is the next calendar day's."""
    at = datetime.combine(day, datetime.strptime(text, "%H:%M").time(), BANGKOK)  # noqa: DTZ007
    return at - timedelta(days=1) if text > "07:00" else at


def steps(interval: int = 10, day: date = DAY) -> list[datetime]:
    """The ends of the intervals of a hydrological day."""
    start = START + (day - DAY)
    return [start + timedelta(minutes=interval * n) for n in range(1, 1440 // interval + 1)]


@dataclass
class Story:
    """What one gauge sends on the day, by time: rain, None for a row without a value.

    Where nothing is said it sends `usual`; what is `lost` it does not send.
    """

    rain: Mapping[str, float | None] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    interval: int = 10
    usual: float = 0
    shift: timedelta = timedelta()
    extra: Mapping[datetime, float | None] = field(default_factory=dict)
    registered: bool = True

    def readings(self) -> dict[datetime, float | None]:
        said = {clock(text): value for text, value in self.rain.items()}
        lost = {clock(text) for text in self.lost}
        sent = {at + self.shift: said.get(at, self.usual) for at in steps(self.interval)
                if at not in lost}  # fmt: skip
        return {**sent, **self.extra}


def between(first: str, last: str, interval: int = 10) -> tuple[str, ...]:
    found = [at for at in steps(interval) if clock(first) <= at <= clock(last)]
    return tuple(at.strftime("%H:%M") for at in found)


def day_before(text: str) -> datetime:
    return clock(text, DAY - timedelta(days=1))


def day_after(text: str) -> datetime:
    return clock(text, DAY + timedelta(days=1))


DRIZZLE = dict.fromkeys(between("08:40", "14:40"), 0.8)
STORIES: dict[str, tuple[Story, Published]] = {
    # total, status, class, suspect, most in one reading, minutes, completeness
    "RG-001": (
        Story({**DRIZZLE, **CLOUDBURST}),
        (175.6, "suspect", "very_heavy", 146, 41, 10, 100),
    ),
    "RG-002": (Story({}), (0.0, "ok", "none", 0, 0, 10, 100)),
    "RG-003": (
        Story(dict.fromkeys(between("08:00", "20:00"), 0.2)),
        (14.6, "ok", "moderate", 0, 0.2, 10, 100),
    ),
    "RG-004": (
        Story(dict.fromkeys(between("08:00", "20:00"), 1.9)),
        (138.7, "ok", "very_heavy", 0, 1.9, 10, 100),
    ),
    # Of thirteen equal readings the first six are no streak yet.
    "RG-005": (
        Story(dict.fromkeys(between("08:00", "10:00"), 3.4)),
        (44.2, "suspect", "heavy", 23.8, 3.4, 10, 100),
    ),
    "RG-006": (Story({"12:00": 31}), (31.0, "suspect", "moderate", 31, 31, 10, 100)),
    "RG-007": (
        Story(usual=3.4, extra=dict.fromkeys(steps(10, DAY - timedelta(days=1)), 3.4)),
        (489.6, "suspect", "very_heavy", 489.6, 3.4, 10, 100),
    ),
    "RG-008": (Story(usual=30.5), (None, "below_quality", None, 4392, 30.5, 10, 100)),
    # A step lost in dry hours is no loss; beside rain it is, up to an hour away and no further.
    "RG-010": (Story({"15:00": 12}, lost=("09:00",)), (12.0, "ok", "moderate", 0, 12, 10, 99.3)),
    "RG-011": (Story({"15:00": 12}, lost=("15:10",)), (None, "missing", None, 0, 12, 10, 99.3)),
    "RG-012": (Story({"15:00": 12}, lost=("16:00",)), (None, "missing", None, 0, 12, 10, 99.3)),
    "RG-013": (Story({"15:00": 12}, lost=("14:00",)), (None, "missing", None, 0, 12, 10, 99.3)),
    "RG-014": (
        Story({"15:00": 12}, lost=("16:10", "13:50")),
        (12.0, "ok", "moderate", 0, 12, 10, 98.6),
    ),
    "RG-015": (Story({"15:00": 2}, lost=("15:10",)), (2.0, "ok", "light", 0, 2, 10, 99.3)),
    "RG-016": (Story({"15:00": 2.1}, lost=("15:10",)), (None, "missing", None, 0, 2.1, 10, 99.3)),
    "RG-017": (Story({"15:00": 12, "15:10": None}), (None, "missing", None, 0, 12, 10, 99.3)),
    "RG-018": (Story({"15:00": 12, "15:10": 61}), (None, "below_quality", None, 0, 12, 10, 99.3)),
    "RG-019": (
        Story({"15:00": 12, "15:10": 61, "15:20": None}),
        (None, "missing", None, 0, 12, 10, 98.6),
    ),
    "RG-020": (Story({"15:00": 61}), (None, "below_quality", None, 0, 0, 10, 99.3)),
    "RG-021": (Story({"15:00": 12, "15:10": 60}), (72.0, "suspect", "heavy", 60, 60, 10, 100)),
    # A long silence has two ends.
    "RG-022": (
        Story({"15:00": 12}, lost=between("15:30", "17:00")),
        (None, "missing", None, 0, 12, 10, 93.1),
    ),
    "RG-023": (
        Story({"17:30": 12}, lost=between("15:00", "17:00")),
        (None, "missing", None, 0, 12, 10, 91),
    ),
    "RG-024": (
        Story({"12:00": 12}, lost=between("15:00", "17:00")),
        (12.0, "ok", "moderate", 0, 12, 10, 91),
    ),
    # The ends of the day: rain beside it on another day, a gauge that falls silent.
    "RG-030": (
        Story(
            lost=("07:10",),
            extra={
                day_before("06:30"): 9,
                day_before("06:40"): 0,
                day_before("06:50"): 0,
                day_before("07:00"): 0,
            },
        ),
        (None, "missing", None, 0, 0, 10, 99.3),
    ),
    "RG-031": (
        Story(lost=("07:00",), extra={day_after("07:30"): 9}),
        (None, "missing", None, 0, 0, 10, 99.3),
    ),
    "RG-032": (
        Story({"06:50": 9}, extra={day_after("07:20"): 0}),
        (9.0, "ok", "light", 0, 9, 10, 100),
    ),
    "RG-033": (Story({"06:40": 9}, lost=LAST), (None, "missing", None, 0, 9, 10, 98.6)),
    "RG-034": (
        Story({"07:30": 9}, lost=("07:10", "07:20")),
        (None, "missing", None, 0, 9, 10, 98.6),
    ),
    # Other intervals, and clocks that are seconds off.
    "RG-040": (
        Story({"15:00": 2.5, "15:15": 33}, interval=15),
        (35.5, "suspect", "heavy", 33, 33, 15, 100),
    ),
    "RG-041": (
        Story({"15:00": 12}, lost=("16:00",), interval=15),
        (None, "missing", None, 0, 12, 15, 99),
    ),
    "RG-042": (
        Story({"15:00": 12}, lost=("16:15",), interval=15),
        (12.0, "ok", "moderate", 0, 12, 15, 99),
    ),
    "RG-043": (Story({"15:05": 2.5}, interval=5), (2.5, "ok", "light", 0, 2.5, 5, 100)),
    "RG-044": (
        Story({"15:05": 2.5}, lost=("16:05",), interval=5),
        (None, "missing", None, 0, 2.5, 5, 99.7),
    ),
    "RG-045": (
        Story({"15:00": 12}, lost=("17:00",), interval=120),
        (None, "missing", None, 0, 12, 120, 91.7),
    ),
    "RG-046": (
        Story({"15:00": 12}, shift=timedelta(seconds=-3)),
        (12.0, "ok", "moderate", 0, 12, 10, 100),
    ),
    "RG-047": (Story({"15:00": 12}, registered=False), (12.0, "ok", "moderate", 0, 12, 10, 100)),
    # As many readings as a day has, all in its first half.
    "RG-048": (
        Story(
            lost=between("19:10", "07:00"),
            extra={at: 0.0 for at in steps(5) if clock("07:10") <= at <= clock("19:00")},
        ),
        (None, "missing", None, 0, 0, 10, 50),
    ),
    # The gauge sends twice as often from noon on.
    "RG-049": (
        Story(
            {"15:00": 12},
            extra={at: 0.1 for at in steps(5) if at.minute % 10 and at > clock("12:00")},
        ),
        (23.4, "ok", "moderate", 0, 12, 10, 100),
    ),
    "RG-050": (Story(lost=between("07:10", "06:50")), (None, "missing", None, 0, 0, 10, 0.7)),
    "RG-051": (
        Story(dict.fromkeys(between("07:10", "07:00"), None)),
        (None, "missing", None, None, None, 10, 0),
    ),
    "RG-052": (
        Story(dict.fromkeys(between("07:10", "10:00"), 61)),
        (None, "below_quality", None, 0, 0, 10, 87.5),
    ),
}
CHANCE = [f"RN-{n:03d}" for n in range(1, 41)]
CHANCE_DAYS = [DAY + timedelta(days=n) for n in range(4)]


def by_chance(name: str) -> dict[datetime, float | None]:
    """Four days of showers with everything that can befall a reading."""
    chance = random.Random(name)
    risk = chance.choice([0.0, 0.0, 0.002, 0.01])
    sent: dict[datetime, float | None] = {}
    wet = False
    for day in CHANCE_DAYS:
        for at in steps(10, day):
            wet = chance.random() < (0.8 if wet else 0.03)
            value = (
                chance.choice([0.2, 0.7, 1.9, 2.0, 2.1, 5.3, 17.25, 30.0, 30.1, 59.9]) if wet else 0
            )
            befallen = chance.random()
            if befallen < risk:
                continue
            sent[at] = value + chance.random() / 100 if value > 2 else value
            if befallen < 3 * risk:
                sent[at] = chance.choice([None, 60.1, 199.0])
    return sent
