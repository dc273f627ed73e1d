"""The vehicles of the city and their guests, each with a plate that was made up.

Series and number are derived from a count, so that no plate was ever taken from a real vehicle.
Where vehicles drive belongs to `passages`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Ints

if TYPE_CHECKING:
    import pyarrow as pa

AT_HOME, GUESTS = 500_000, 120_000
"""Vehicles registered in Phuket (more than 500,000 in 2024), and those that come from elsewhere."""

CLASSES = ("motorcycle", "car", "pickup", "van", "truck", "bus")
CLASS_PERCENT = (37, 35, 18, 5, 4, 1)

# Where vehicles are registered, in per mille: of those at home, and of guests.
HOME_REGIONS = (("th-83", 930), ("th-10", 30), ("th-82", 16), ("th-81", 14), ("th-99", 10))
GUEST_REGIONS = (
    ("th-82", 240), ("th-81", 180), ("th-84", 160), ("th-80", 150), ("th-10", 130), ("th-90", 80),
    ("th-10b", 30), ("th-99", 30),
)  # fmt: skip

LETTERS = "กขคฆงจฉชฌญฎฐฒณตถทธนบปผพภมยรลวศษสหฬอฮ"
NUMBERS = 9999
# No common divisor with what they are taken modulo, so no two vehicles of a kind share a plate.
_STEP, _SHIFT = 6_700_417, 1_234_577


def fleet_size(millionths: int) -> tuple[int, int]:
    """Vehicles at home and guests in a city of some scale."""
    return (
        max(AT_HOME * millionths // 1_000_000, 400),
        max(GUESTS * millionths // 1_000_000, 100),
    )


@lru_cache(maxsize=2)
def class_of(millionths: int) -> Ints:
    """The class (place in `CLASSES`) of every vehicle: those at home, then guests."""
    count = sum(fleet_size(millionths))
    return _chosen(np.arange(count, dtype=np.int64), np.array(CLASS_PERCENT, dtype=np.int64))


@lru_cache(maxsize=2)
def plates(millionths: int) -> pa.Array:
    """The plate of every vehicle, in the order of `class_of`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = class_of(millionths)
    serial = np.arange(len(kinds), dtype=np.int64) * _STEP + _SHIFT
    pairs = pa.array([one + other for one in LETTERS for other in LETTERS], pa.string())
    number = pa.array(serial % NUMBERS + 1).cast(pa.string())
    pair = pairs.take(pa.array(serial // NUMBERS % len(LETTERS) ** 2))
    # Motorcycles and newer cars have a digit before the letters.
    digits = pa.array(["", "1", "2", "3", "4"], pa.string())
    first = np.where(kinds == CLASSES.index("motorcycle"), 1 + serial // 7 % 4, serial // 7 % 2)
    lettered = pc.binary_join_element_wise(digits.take(pa.array(first)), pair, "")
    heavy = kinds >= CLASSES.index("truck")
    count = (heavy.cumsum() * _STEP + _SHIFT) % 180_000
    series = pa.array(70 + count // 9000).cast(pa.string())
    padded = pa.array(1000 + count % 9000).cast(pa.string())
    return pc.if_else(
        pa.array(heavy),
        pc.binary_join_element_wise(series, padded, "-"),
        pc.binary_join_element_wise(lettered, number, " "),
    )


@lru_cache(maxsize=2)
def regions(millionths: int) -> pa.Array:
    """The region on the plate of every vehicle, as cameras write it."""
    import pyarrow as pa

    home, guests = fleet_size(millionths)
    columns = []
    for count, shares in ((home, HOME_REGIONS), (guests, GUEST_REGIONS)):
        spread = _chosen(
            np.arange(count, dtype=np.int64) // 7,
            np.array([permille for _, permille in shares], dtype=np.int64),
        )
        columns.append(pa.array([name for name, _ in shares], pa.string()).take(pa.array(spread)))
    return pa.concat_arrays(columns)


def _chosen(numbers: Ints, shares: Ints) -> Ints:
    """Places in `shares`, spread over the numbers as often as the shares say."""
    within = numbers * 7_919 % int(shares.sum())
    return np.searchsorted(shares.cumsum(), within, side="right").astype(np.int64)
