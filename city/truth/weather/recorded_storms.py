"""Storms that really came, so that their days can be replayed: date, place and measured rain.

On these days the field of chance rests (`rain`), and every city has the same rain whatever its
seed: the published totals, to the hundredth of a millimetre, where they were measured. Only days,
places and totals of press reports are facts; how the rain spread in space and over the hours is
made up. Sea and channels follow by themselves (`water`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from city.chance import Ints
from city.registers.tambon import metres

PUBLISHED_MM = {
    "Kamala, 5 June 2018": 136,
    "highest of 5 June 2018": 147,
    "town, 27 and 28 August 2017": 101,
    "airport, 27 and 28 August 2017": 121,
}
BANG_YAI_MARK_MM = 3_300
"""Depth of the Bang Yai channel in town that is a warning; it stood there in November 2021."""

_TOWN = (78833, 984000)
_AIRPORT = (81447, 983144)
_KAMALA = (79530, 982870)
_CHOENG_THALE = (79900, 982990)
_PATONG = (78960, 983000)


@dataclass(frozen=True)
class Centre:
    """Where a storm was measured, in ten-thousandths of a degree, with its rain in 1/100 mm."""

    place: tuple[int, int]
    total: int
    radius: int = 12_000

    def over(self, east: Ints, north: Ints) -> Ints:
        """What falls at places: all of it in the middle, nothing beyond the radius."""
        middle_east, middle_north = metres(*self.place)
        square = self.radius * self.radius
        apart = (east - middle_east) ** 2 + (north - middle_north) ** 2
        near = np.clip(square - apart, 0, None) * 1000 // square
        fallen: Ints = self.total * near * near // 1_000_000
        return fallen


@dataclass(frozen=True)
class RecordedStorm:
    """The rain of one recorded day: between two steps, with the least that fell anywhere."""

    first: int
    last: int
    everywhere: int
    centres: tuple[Centre, ...]

    def over(self, east: Ints, north: Ints, steps: int) -> Ints:
        """Rain at places, one row a place, in hundredths of a millimetre."""
        totals = np.full(len(east), self.everywhere, dtype=np.int64)
        for centre in self.centres:
            totals = np.maximum(totals, centre.over(east, north))
        step = np.arange(steps + 1, dtype=np.int64)
        length = self.last - self.first
        age = np.clip(step - self.first, 0, length)
        # It swells to the middle of the storm and fades: the two halves are arcs of a parabola.
        share = age * age * (3 * length - 2 * age)
        so_far = totals[:, None] * share // length**3
        fallen: Ints = np.diff(so_far, axis=1)
        return fallen


# Steps are ten minutes. The rain of 27 and 28 August 2017 lies in one day of rain (07:00 to 07:00).
RECORDED: Mapping[date, RecordedStorm] = {
    date(2017, 8, 27): RecordedStorm(
        126, 144, 2200, (Centre(_TOWN, 6100), Centre(_AIRPORT, 7300))
    ),
    date(2017, 8, 28): RecordedStorm(0, 38, 1500, (Centre(_TOWN, 4000), Centre(_AIRPORT, 4800))),
    date(2018, 6, 5): RecordedStorm(
        84, 108, 1800, (Centre(_KAMALA, 13_600), Centre(_CHOENG_THALE, 14_700, 8_000))
    ),
    # No totals are known of these four days, but that Bang Yai stood at its mark of 3.3 m at high
    # tide, and of 22 August 2025 that it was very heavy.
    date(2021, 11, 18): RecordedStorm(84, 126, 2000, (Centre(_TOWN, 4200),)),
    date(2021, 11, 19): RecordedStorm(20, 90, 2500, (Centre(_TOWN, 9400),)),
    date(2021, 11, 20): RecordedStorm(114, 132, 1500, (Centre(_TOWN, 7600),)),
    date(2021, 11, 21): RecordedStorm(60, 110, 1200, (Centre(_TOWN, 3600),)),
    date(2025, 8, 22): RecordedStorm(
        24, 48, 3000, (Centre(_TOWN, 10_400), Centre(_PATONG, 11_600, 9_000))
    ),
}  # fmt: skip
