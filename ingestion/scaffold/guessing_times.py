"""Dates and timestamps: in which form they are spelled, in which era, and in which zone.

Does not belong here: years alone and everything else (`guessing.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

Found = tuple[dict[str, object], dict[str, str]]

_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
_ISO = re.compile(rf"(\d{{4}})-\d\d-\d\d[T ]{_TIME}(?P<offset> ?([Zz]|[+-]\d\d(:?\d\d)?))?")
_BUDDHIST_FROM = 2400
# The usual one first: in Thailand the day stands before the month.
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y")
_CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", " %H.%M")
_DIGITS = {
    "%Y": r"(?P<y>\d{4})",
    "%m": r"(?P<m>\d{1,2})",
    "%d": r"(?P<d>\d{1,2})",
    "%H": r"([01]?\d|2[0-3])",
    "%M": r"[0-5]\d",
    "%S": r"[0-5]\d",
}


def guess_time(heading: str, told: Counter[str]) -> Found | None:
    """The words of a date or timestamp, where all the texts are one; else None."""
    return _iso_timestamp(told) or _in_a_form(heading, told)


def _iso_timestamp(told: Counter[str]) -> Found | None:
    matches = [_ISO.fullmatch(text) for text in told]
    if not all(matches):
        return None
    found = [match for match in matches if match]
    if any(int(match[1]) >= _BUDDHIST_FROM for match in found):
        return None
    naive = sum(told[match[0]] for match in found if not match["offset"])
    words: dict[str, object] = {"type": "timestamp"}
    why = {"type": _all(told)}
    if naive:
        words["zone"] = "Asia/Bangkok"
        why["zone"] = f"{naive:,} have no offset; is it Thai time?"
    if min(match[0] for match in found) < "2000-01-02":
        words["earliest"] = "1900-01-01"
        why["earliest"] = f"{min(match[0] for match in found)} is in the sample"
    return words, why


def _in_a_form(heading: str, told: Counter[str]) -> Found | None:
    fitting = [form for form in _forms(heading) if _era(form, told)]
    if not fitting:
        return None
    form = fitting[0]
    era = _era(form, told)
    timed = "%H" in form
    words: dict[str, object] = {"type": "timestamp" if timed else "date"}
    why = {"type": _all(told)}
    if form != "%Y-%m-%d" or era == "buddhist":
        words["formats"] = [form]
        others = ", ".join(other for other in fitting[1:] if len(other) == len(form))
        why["formats"] = f"{_all(told)}" + (f"; {others} would fit, too" if others else "")
    if era == "buddhist":
        words["era"], why["era"] = "buddhist", f"such as {next(iter(told))}"
    if timed:
        words["zone"], why["zone"] = "Asia/Bangkok", "no offset; is it Thai time?"
    return words, why


def _forms(heading: str) -> Iterator[str]:
    for day in _DATES:
        # Eight digits are a number like others, unless the heading says that they are a date.
        if day != "%Y%m%d" or re.search(r"date|day|วันที่", heading, re.IGNORECASE):
            yield day
            yield from (day + clock for clock in _CLOCKS)


def _era(form: str, told: Counter[str]) -> str:
    """The era in which all the texts are real days in this form; empty where they are not."""
    pattern = re.compile("".join(_DIGITS.get(p, re.escape(p)) for p in re.findall("%.|[^%]", form)))
    years = set()
    for text in told:
        found = pattern.fullmatch(text)
        if found is None:
            return ""
        year = int(found["y"])
        years.add(year >= _BUDDHIST_FROM)
        if not _is_day(year - 543 * (year >= _BUDDHIST_FROM), int(found["m"]), int(found["d"])):
            return ""
    if len(years) > 1:
        return ""
    return "buddhist" if years.pop() else "common"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) >= date(1900, 1, 1)
    except ValueError:
        return False


def _all(told: Counter[str]) -> str:
    return f"all {sum(told.values()):,} values"
