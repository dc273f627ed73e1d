"""Series of numbers as drawings: axes with round numbers, lines and bars in pixels.

Does not belong here: which numbers (`facts`), and how a drawing is written (`page`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from city.describing.land import path_of

WIDTH, HEIGHT = 560.0, 190.0
Bar = tuple[float, float, float, float]  # left, top, width, height
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Series:
    """A row of numbers over the width of a chart, with its name in both languages."""

    th: str
    en: str
    values: Sequence[float]


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` with a mark at every step."""

    low: float
    high: float
    step: float

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Heights in pixels, and what stands there."""
        number = round((self.high - self.low) / self.step)
        values = [self.low + self.step * each for each in range(number + 1)]
        return [(self.height(value), _shown(value, self.step)) for value in values]

    def height(self, value: float) -> float:
        """Where a value stands, in pixels from the top."""
        return round(HEIGHT - (value - self.low) / (self.high - self.low) * HEIGHT, 1)


def axis(values: Sequence[float], *, marks: int = 4, from_zero: bool = True) -> Axis:
    """A scale of round numbers that holds all values."""
    low, high = min(values), max(values)
    low = min(low, 0) if from_zero else low
    span = (high - low) or 1
    size = 10.0 ** _power(span / marks)
    step = next(size * each for each in _STEPS if size * each * marks >= span * 0.999)
    first = step * (low // step)
    last = first
    while last < high - step * 0.001:
        last += step
    return Axis(first, max(last, first + step), step)


def line(values: Sequence[float], scale: Axis) -> str:
    """A line from edge to edge."""
    apart = WIDTH / max(len(values) - 1, 1)
    return path_of((apart * place, scale.height(value)) for place, value in enumerate(values))


def bars(stacks: Sequence[Sequence[float]], scale: Axis) -> list[list[Bar]]:
    """For each series its bars, stacked on those of the series before.

    All series are as long; the bars leave a tenth of their width between them.
    """
    number = len(stacks[0])
    apart = WIDTH / number
    below = [0.0] * number
    drawn: list[list[Bar]] = []
    for values in stacks:
        row: list[Bar] = []
        for place, value in enumerate(values):
            top, bottom = scale.height(below[place] + value), scale.height(below[place])
            row.append((round(apart * (place + 0.05), 1), top, round(apart * 0.9, 1), bottom - top))
            below[place] += value
        drawn.append(row)
    return drawn


def _power(value: float) -> int:
    """The exponent of the power of ten at or below a value."""
    power = 0
    while value >= 10.0 ** (power + 1):
        power += 1
    while value < 10.0**power:
        power -= 1
    return power


def _shown(value: float, step: float) -> str:
    decimals = max(0, -_power(step)) + (1 if step / 10.0 ** _power(step) == 2.5 else 0)
    return f"{value:,.{decimals}f}"
