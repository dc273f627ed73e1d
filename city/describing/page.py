"""The city as one HTML page without anything from elsewhere: numbers, a map, curves, a table.

Belongs here: choosing what the page shows and where it stands. Does not belong here: wording and
looks (`city.html.j2`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from city.describing.charts import HEIGHT, WIDTH, Axis, Series, axis, bars, line
from city.describing.facts import Facts
from city.describing.land import Point, fields, island, on_map
from city.describing.measuring import SourceSize
from city.truth.version import TRUTH_VERSION
from ingestion.words.months import NAMES

COLOURS = ("#b3261e", "#0b57a4", "#7a4300", "#17603a", "#6a1b9a", "#00695c", "#ad1457", "#455a64")
MANY = 200
SHADES = (5, 15, 30, 60)
"""Per cent of the fullest tambon at which the next shade begins."""
DOMAINS = {
    "tourism": "การท่องเที่ยว",
    "safety": "ความปลอดภัย",
    "environment": "สิ่งแวดล้อม",
    "governance": "การบริหารภาครัฐ",
    "economy": "เศรษฐกิจ",
    "healthcare": "สาธารณสุข",
    "education": "การศึกษา",
}
CADENCES = {
    "15min": ("ทุก 15 นาที", "every 15 minutes"),
    "hourly": ("รายชั่วโมง", "hourly"),
    "daily": ("รายวัน", "daily"),
    "weekly": ("รายสัปดาห์", "weekly"),
    "monthly": ("รายเดือน", "monthly"),
    "yearly": ("รายปี", "yearly"),
}


@dataclass(frozen=True)
class Layer:
    """The things of one register on the map; many are drawn as small dots."""

    number: int
    size: SourceSize
    points: tuple[Point, ...]

    @property
    def colour(self) -> str:
        """The colour of its dots."""
        return COLOURS[self.number % len(COLOURS)]

    @property
    def radius(self) -> float:
        """The size of its dots."""
        return 1.3 if len(self.points) > MANY else 3.2


def page_of(facts: Facts) -> str:
    """The page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day_th": _day_th, "day_en": _day_en, "bytes": _bytes}
    rain, level = axis(facts.rain.values), axis(facts.level.values, from_zero=False)
    hours = axis([value for series in facts.by_hour for value in series.values])
    landed = [sum(each) for each in zip(*(s.values for s in facts.arrivals), strict=True)]
    arrivals = axis(landed)
    return environment.get_template("city.html.j2").render(
        facts=facts,
        truth_version=TRUTH_VERSION,
        domains=DOMAINS,
        cadences=CADENCES,
        colours=COLOURS,
        width=WIDTH,
        height=HEIGHT,
        island=island(),
        tambon=list(zip(fields(), facts.evening, _shades(facts.evening), strict=True)),
        layers=list(_layers(facts)),
        rain_axis=rain,
        rain_bars=bars([facts.rain.values], rain)[0],
        level_axis=level,
        level_line=line(facts.level.values, level),
        hours_axis=hours,
        hours_lines=_lines(facts.by_hour, hours),
        arrivals_axis=arrivals,
        arrivals_bars=bars([series.values for series in facts.arrivals], arrivals),
    )


def _layers(facts: Facts) -> Iterator[Layer]:
    """The fullest registers first, so that few things stand on top of many."""
    for number, size in enumerate(sorted(facts.registers, key=lambda size: -len(size.places))):
        yield Layer(number, size, tuple(on_map(*place) for place in size.places))


def _lines(rows: Sequence[Series], scale: Axis) -> list[tuple[Series, str]]:
    """Lines over a whole day, which ends as high as it began."""
    return [(row, line([*row.values, row.values[0]], scale)) for row in rows]


def _shades(people: Sequence[int]) -> list[int]:
    """A shade for each number, by its share of the largest."""
    most = max(1, *people)
    return [sum(100 * each >= share * most for share in SHADES) for each in people]


def _day_th(day: date) -> str:
    return f"{day.day} {NAMES[day.month][1]} {day.year + 543}"


def _day_en(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _bytes(size: int) -> str:
    if size < 1_000_000:
        return f"{-(-size // 1000):,} kB"
    return f"{size / 1e6:,.1f} MB"
