"""What the plate cameras could read of what passed them, and how sure they were.

Darkness and heavy rain hide plates, and a camera that is down reads nothing. What a maker writes
of a read, and what goes wrong on the way, belongs to `plate_reads` and `plate_reads_checkpoint`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.registers.cameras import plate_cameras
from city.registers.tambon import TAMBON_CODES
from city.truth.incidents.uptime import plate_outages
from city.truth.people.passages import HOUR, Passages, passages
from city.truth.weather.environment import basin_rain_on

MINUTE = HOUR // 60
READ_PERMILLE = 962
HEAVY_RAIN = 200  # hundredths of a millimetre in ten minutes


@dataclass(frozen=True)
class Reads:
    """Reads in the order of time; `confidence` is in thousandths, one value a read."""

    of: Passages
    confidence: Ints

    @classmethod
    def joined(cls, pieces: Sequence[Reads]) -> Reads:
        """All of them, one after the other."""
        confidence = np.concatenate([piece.confidence for piece in pieces])
        return cls(Passages.joined([piece.of for piece in pieces]), confidence)

    def take(self, chosen: Ints) -> Reads:
        """Those at these places."""
        return Reads(self.of.take(chosen), self.confidence[chosen])

    def at(self, moments: Ints) -> Reads:
        """The same reads at other times."""
        return replace(self, of=replace(self.of, at=moments))


def reads_of(
    seed: int, day: date, millionths: int, *, checkpoint: bool, hours: range = range(24)
) -> Reads:
    """The reads of a day, or of some hours: of the cameras on the roads, or at the checkpoint."""
    reads = _reads(seed, day, millionths, hours)
    gates = [camera.kind == "checkpoint" for camera in plate_cameras()]
    return reads.take(np.flatnonzero(np.array(gates)[reads.of.camera] == checkpoint))


@lru_cache(maxsize=2)
def _reads(seed: int, day: date, millionths: int, hours: range) -> Reads:
    passed = passages(seed, day, millionths, hours)
    draws = Draws(seed, "recognition", day.isoformat())
    hour = passed.at // HOUR
    dark = (hour < 6) | (hour >= 19)
    rainy = _rain_at(seed, day, passed) > HEAVY_RAIN
    chance = READ_PERMILLE - 22 * dark - 130 * rainy
    first, last = plate_outages(seed, day)
    minute = passed.at // MINUTE
    down = (first[passed.camera] <= minute) & (minute < last[passed.camera])
    read = (draws.many(1, 1000, len(minute)) <= chance) & ~down
    # The smaller of two draws: most reads are nearly certain.
    doubt = np.minimum(draws.many(0, 320, len(minute)), draws.many(0, 320, len(minute)))
    confidence = 998 - doubt - 24 * dark - 70 * rainy
    return Reads(passed, confidence).take(np.flatnonzero(read))


def _rain_at(seed: int, day: date, passed: Passages) -> Ints:
    """Rain in the ten minutes and the tambon of each passage."""
    rows = [TAMBON_CODES.index(camera.place.tambon) for camera in plate_cameras()]
    rain = basin_rain_on(seed, day)[rows]
    return rain[passed.camera, passed.at // (10 * MINUTE)]
