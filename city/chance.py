"""Repeatable chance: integers drawn from a stream that a seed and a name decide.

Everything here is integer arithmetic, so that every machine draws the same city. Floating point,
`sin` and numpy's distributions do not belong in the city: their last digits differ between
processors and releases, and one digit is another file.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]


class Draws:
    """One stream of random integers. A stream of another name is independent of this one."""

    def __init__(self, seed: int, *name: str) -> None:
        text = "/".join((str(seed), *name))
        digest = hashlib.sha256(text.encode()).digest()
        # PCG64's raw output and its seeding are the parts of numpy that are promised not to change.
        self._source = np.random.PCG64(int.from_bytes(digest[:16], "big"))

    def many(self, low: int, high: int, count: int) -> Ints:
        """`count` integers, low and high included."""
        raw = np.asarray(self._source.random_raw(count), dtype=np.uint64)
        return (raw >> np.uint64(11)).astype(np.int64) % (high - low + 1) + low

    def one(self, low: int, high: int) -> int:
        """One integer, low and high included."""
        return int(self.many(low, high, 1)[0])


def mixed(values: Bits, salt: int = 0) -> Bits:
    """Other numbers in place of these: always the same, and no more like them than by chance.

    For what must be drawn anew and come out the same, such as the address of a device. The steps
    are those of splitmix64, a public-domain generator; multiplication wraps around.
    """
    mix = values + np.uint64((salt + 1) * 0x9E37_79B9_7F4A_7C15 % 2**64)
    mix = (mix ^ (mix >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    mix = (mix ^ (mix >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    found: Bits = mix ^ (mix >> np.uint64(31))
    return found


def wave(position: Ints, period: int) -> Ints:
    """The sine of a position in an even period, in thousandths.

    Bhaskara's approximation of the sine, off by less than 0.2 %, needs no floating point.
    """
    half = period // 2
    within = position % period
    first = within < half
    along = np.where(first, within, within - half)
    product = along * (half - along)
    height = 16_000 * product // (5 * half * half - 4 * product)
    shape: Ints = np.where(first, height, -height)
    return shape
