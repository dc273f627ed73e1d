"""Number formats of a workbook: does a cell show its number as a date, a time, or a duration?

ECMA-376, part 1, 18.8.31: up to four sections for different numbers, in which some letters stand
for parts of a time and others, quoted or escaped, for themselves. Thai workbooks have both:
`ว/ด/ปปปป` is a date, `#,##0 คน` a number of persons. And which number is a code that is shown with
zeros in front: 83 in the format `0000` is 0083. Does not belong here: what a cell says
(`cells.py`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

NUMBER, DATE, TIME, DURATION = "number", "date", "time", "duration"

_PART = re.compile(
    r'"[^"]*"?|\\.|[_*].|\[[^\]]*\]|;|AM/PM|A/P|General|G/[^;\x00-\x7f]+|.',
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 1000
"""Excel allows 255 characters; what is longer is no format, and would take long to take apart."""
_ELAPSED = re.compile(r"\[(h+|m+|s+|ช+|น+|ท+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\]")
_FRACTION = re.compile(r"(?<=[sSท])\.0+")
_PLACEHOLDER = re.compile(r"[#0?@]")
_ITSELF = frozenset("-() ")
"""Signs that a format shows without quotes."""
_THAI = re.compile("[\u0e01-\u0e5b]+")
_THAI_PART = re.compile(r"([วดปชนท])\1*")
_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


@dataclass(frozen=True)
class _Section:
    """One section: what it shows, and the condition that it names for itself.

    `code` are its parts where it shows a whole number with a fixed count of digits, as `000-000`
    does; else nothing. `percent` is whether it shows a hundred times the number, and a sign.
    """

    kind: str
    named: tuple[str, Decimal] | None
    code: tuple[str, ...] = ()
    percent: bool = False

    def fits(self, value: Decimal, place: int, sections: int) -> bool:
        """Is it the one for this number? The last is for all that no other wants."""
        if self.named:
            compare, limit = self.named
            return _COMPARE[compare](value, limit)
        if place == 0 and sections > 1:
            return value >= 0 if sections == 2 else value > 0
        return value < 0 if place == 1 and sections > 2 else True


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a style are shown."""

    sections: tuple[_Section, ...]

    @classmethod
    def of(cls, code: str) -> NumberFormat:
        """The format behind a format code."""
        sections: list[list[str]] = [[]]
        if len(code) > _LONGEST:
            code = "General"
        for part in _PART.findall(code):
            if part == ";":
                sections.append([])
            else:
                sections[-1].append(part)
        # A fourth section is for texts.
        return cls(tuple(_section(parts) for parts in sections[:3]))

    def kind(self, value: Decimal) -> str:
        """What a number is shown as: `NUMBER`, `DATE`, `TIME` or `DURATION`."""
        return self._section(value).kind

    def is_percent(self, value: Decimal) -> bool:
        """Is a number shown in percent?"""
        return self._section(value).percent

    def code(self, value: Decimal) -> str:
        """A whole number, not below zero, with the zeros that the format puts in front of it and
        what it puts between its digits; empty where it asks for no certain count of digits."""
        left, shown = f"{value:f}", ""
        parts = self._section(value).code
        first = parts.index("0") if parts else 0
        for at in reversed(range(len(parts))):
            if parts[at] != "0":
                shown = parts[at] + shown
                continue
            digits = left if at == first else left[-1:]
            shown, left = (digits or "0") + shown, left[: -len(digits) or None]
        return shown

    def _section(self, value: Decimal) -> _Section:
        count = len(self.sections)
        for place, section in enumerate(self.sections):
            if section.fits(value, place, count):
                return section
        return self.sections[-1]


def built_in(number: int) -> NumberFormat | None:
    """A format that every workbook knows without saying so; None for those of numbers as they are.

    Of the numbers that Excel gives to its locales, those of Thai, Chinese, Japanese and Korean.
    """
    if number in (9, 10):
        return NumberFormat.of("0%")
    kind = (
        DURATION
        if number in (46, 79)
        else TIME
        if number in (*range(18, 22), 32, 33, 45, 47, 75, 76, 78, 80)
        else DATE
        if number in (*range(14, 18), 22, *range(27, 37), *range(50, 59), *range(71, 75), 77, 81)
        else ""
    )
    return NumberFormat((_Section(kind, None),)) if kind else None


def _section(parts: list[str]) -> _Section:
    plain, elapsed, named = "", False, None
    for part in parts:
        if part.lower().startswith("g/") or part.lower() == "general":
            plain += "0"  # `G/ทั่วไป` is what Thai Excel calls it
        elif part.startswith("["):
            condition = _CONDITION.fullmatch(part)
            named = (condition[1], Decimal(condition[2])) if condition else named
            if _ELAPSED.fullmatch(part):
                plain, elapsed = plain + part[1], True
        elif len(part) == 1:
            plain += part
    plain = _FRACTION.sub("", plain)
    if _PLACEHOLDER.search(plain):
        return _Section(NUMBER, named, _code(parts), percent="%" in plain)
    # Letters of a Thai word mean themselves: what stands for a part of a time is one letter alone.
    thai = [word for word in _THAI.findall(plain) if _THAI_PART.fullmatch(word)]
    letters = _THAI.sub("", plain).lower() + "".join(thai)
    if elapsed:
        return _Section(DURATION, named)
    if set(letters) & set("dybegวดป"):
        return _Section(DATE, named)
    if set(letters) & set("hsชทน"):
        return _Section(TIME, named)
    return _Section(DATE if "m" in letters else NUMBER, named)


def _code(parts: list[str]) -> tuple[str, ...]:
    """The parts of a section of two zeros or more, and of signs that stand for themselves.

    `00 "คน"` is a code by its form; that nobody counts persons so is left to the workbook.
    """
    shown = [part for part in parts if not part.startswith("[")]
    if shown.count("0") < 2 or any(len(p) == 1 and p != "0" and p not in _ITSELF for p in shown):
        return ()
    if any(part[0] not in '0"\\' and len(part) > 1 for part in shown):
        return ()
    return tuple(p.strip('"') if p[0] == '"' else p[1:] if p[0] == "\\" else p for p in shown)
