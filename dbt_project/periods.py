"""Periods that rows are about: which calendar days each spans, and when it is over.

A period is named by one date: a day by itself, a hydrological day by the date on which it ends at
07:00, a week by its Monday, an epidemiological week by its Sunday, a month and a year by their
first day. All of it is the calendar of Asia/Bangkok. Does not belong here: what a period's rows
are made from (`fingerprints.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from ingestion.clock import BANGKOK

_DAY = timedelta(days=1)
_RAIN_DAY_ENDS = time(7)


class Period(StrEnum):
    """The kinds of periods, as the YAML of a model says them."""

    DAY = "day"
    HYDROLOGICAL_DAY = "hydrological_day"
    WEEK = "week"
    EPIDEMIOLOGICAL_WEEK = "epidemiological_week"
    MONTH = "month"
    YEAR = "year"


def days_of(kind: Period, named: date) -> tuple[date, date]:
    """The first and the last calendar day that a period has a part in."""
    match kind:
        case Period.HYDROLOGICAL_DAY:
            return named - _DAY, named
        case Period.DAY:
            return named, named
        case _:
            return named, next_after(kind, named) - _DAY


def next_after(kind: Period, named: date) -> date:
    """The period that follows."""
    match kind:
        case Period.DAY | Period.HYDROLOGICAL_DAY:
            return named + _DAY
        case Period.WEEK | Period.EPIDEMIOLOGICAL_WEEK:
            return named + 7 * _DAY
        case Period.MONTH:
            return (named.replace(day=28) + 4 * _DAY).replace(day=1)
        case Period.YEAR:
            return named.replace(year=named.year + 1)


def touching(kind: Period, first: date, last: date) -> Iterator[date]:
    """The periods that have a part in these days, in their order."""
    period = _first_touching(kind, first)
    while days_of(kind, period)[0] <= last:
        yield period
        period = next_after(kind, period)


def over_at(kind: Period, named: date) -> datetime:
    """The instant at which a period is over."""
    if kind is Period.HYDROLOGICAL_DAY:
        return datetime.combine(named, _RAIN_DAY_ENDS, tzinfo=BANGKOK)
    return datetime.combine(days_of(kind, named)[1] + _DAY, time(), tzinfo=BANGKOK)


def _first_touching(kind: Period, day: date) -> date:
    """A hydrological day begins at 07:00, so a calendar day still belongs to the one before."""
    match kind:
        case Period.DAY | Period.HYDROLOGICAL_DAY:
            return day
        case Period.WEEK:
            return day - day.weekday() * _DAY
        case Period.EPIDEMIOLOGICAL_WEEK:
            return day - day.isoweekday() % 7 * _DAY
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)
