"""When a source is down on purpose: the days that its defects name.

A `source_down` is answered 503, an `html_page` of a source that answers (and drops no files) 200
with a page that is no answer; `Where.first` and `last` say from which day to which. Switching a
server off by hand belongs to `server`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from city.channels import Answer, Request
from city.city import City
from city.defects import Defect
from city.serving.answers import page

# More patience than any platform has: it goes on with its other sources, as it should in an outage.
COME_BACK_SECONDS = 3600


@dataclass(frozen=True)
class Outages:
    """The bad days of each source, by what is answered on them."""

    last_day: date
    days: Mapping[str, Mapping[date, str]]

    def answer(self, sources: Iterable[str], asked: Collection[date] | None) -> Answer | None:
        """What is said in place of an answer about some days; None when all is well.

        A question that is about no day of its own is about the present: the city's last day.
        """
        for source in sources:
            for day, kind in self.days.get(source, {}).items():
                if day in ((self.last_day,) if asked is None else asked):
                    return _DOWN if kind == "source_down" else _PAGE
        return None


def outages_of(city: City, defects: Iterable[Defect]) -> Outages:
    """The bad days that some defects of tables and services name; others are passed over."""
    days: dict[str, dict[date, str]] = {}
    for defect in defects:
        if defect.kind in ("source_down", "html_page") and defect.where.first:
            first = date.fromisoformat(defect.where.first[:10])
            last = date.fromisoformat((defect.where.last or defect.where.first)[:10])
            for number in range((last - first).days + 1):
                bad = days.setdefault(defect.source, {})
                bad[first + timedelta(days=number)] = defect.kind
    return Outages(city.last_day, days)


def days_in(request: Request, calendar: Iterable[date]) -> set[date]:
    """The days of a calendar that a question spells out, in its path or in a parameter."""
    said = " ".join((request.path, *map(str, request.parameters.values())))
    return {day for day in calendar if any(text in said for text in _spellings(day))}


def _spellings(day: date) -> tuple[str, ...]:
    buddhist = day.year + 543
    return (
        f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%d/%m/%Y}",
        f"{buddhist}-{day:%m-%d}", f"{buddhist}{day:%m%d}", f"{day:%d/%m}/{buddhist}",
    )  # fmt: skip


_DOWN = page(503, "503 Service Unavailable", {"Retry-After": str(COME_BACK_SECONDS)})
_PAGE = page(200, "Access Denied")
