"""The rows of the tables beside this file: one for each way in which a rule is broken.

A table is named as its suite is (`<domain>/<product>.py`) and holds three things: SOUND, a small
candidate that every rule lets pass; BREAKS, changes of it that break one rule each; PASSES, changes
that still break none, such as the last good value of each limit. All figures are made up. Does not
belong here: judging them (`tests/expectations/test_suites.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tests.expectations.altering import Step
from tests.expectations.conftest import NOW, Value


@dataclass(frozen=True)
class Case:
    """What is changed of the sound candidate, when it is judged, and what that breaks."""

    name: str
    steps: tuple[Step, ...]
    now: datetime
    broken: tuple[str, ...] = ()
    said: str = ""


def breaks(
    rule: str, said: str, *steps: Step, now: datetime = NOW, follows: tuple[str, ...] = ()
) -> Case:
    """A change that breaks this rule alone, and what its message says about the row.

    `follows` names a milder rule that no candidate can keep once this one is broken.
    """
    return Case(f"{rule}: {said}", steps, now, (rule, *follows), said)


def passes(why: str, *steps: Step, now: datetime = NOW) -> Case:
    """A change that breaks no rule, and why it is none of the bad ones."""
    return Case(why, steps, now)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Phuket."""
    return seven_o_clock(day) - timedelta(hours=7)


def seven_o_clock(day: date) -> datetime:
    """07:00 of a day in Phuket."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def a_year(year: int) -> dict[str, Value]:
    """What the row of a finished year holds beside its figures."""
    return {
        "place_code": "83",
        "place_name_th": "ภูเก็ต",
        "place_name_en": "Phuket",
        "year": year,
        "period_start": midnight(date(year, 1, 1)),
        "period_end": midnight(date(year + 1, 1, 1)),
        "status": "final",
    }


TALAT_YAI = {"place_code": "830101", "place_name_th": "ตลาดใหญ่", "place_name_en": "Talat Yai"}
SOON = NOW + timedelta(seconds=1)
