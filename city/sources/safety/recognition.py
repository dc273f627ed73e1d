"""What the plate cameras could read of what passed them, how sure they were, and how often wrongly.

Darkness and heavy rain hide plates, and a camera that is down reads nothing. A camera that is not
sure takes a character for one that looks alike, which makes another plate of it. What a maker
writes of a read, and what goes wrong on the way, belongs to `plate_reads` and
`plate_reads_checkpoint`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws, Ints
from city.registers.cameras import plate_cameras
from city.registers.tambon import TAMBON_CODES
from city.truth.incidents.uptime import plate_outages
from city.truth.people.passages import HOUR, Passages, passages
from city.truth.weather.environment import basin_rain_on

if TYPE_CHECKING:
    import pyarrow as pa

MINUTE = HOUR // 60
READ_PERMILLE = 962
HEAVY_RAIN = 200  # hundredths of a millimetre in ten minutes
# What looks alike on a plate.
ALIKE = str.maketrans("กภถคดชซบปผพมนสลวรอฮ0123456789", "ภกภดคซชปบพผนมลสรวฮอ8778965134")
SURE_FROM = 940  # thousandths; below it a camera errs the more, the less sure it is
SURE_PERMILLE, UNSURE_PERCENT = 3, 45


@dataclass(frozen=True)
class Reads:
    """Reads in the order of time; `confidence` is in thousandths, one value a read.

    `misread` is 0 where the plate was read as it is; else it decides which character was taken for
    another (`as_read`).
    """

    of: Passages
    confidence: Ints
    misread: Ints

    @classmethod
    def joined(cls, pieces: Sequence[Reads]) -> Reads:
        """All of them, one after the other."""
        confidence = np.concatenate([piece.confidence for piece in pieces])
        misread = np.concatenate([piece.misread for piece in pieces])
        return cls(Passages.joined([piece.of for piece in pieces]), confidence, misread)

    def take(self, chosen: Ints) -> Reads:
        """Those at these places."""
        return Reads(self.of.take(chosen), self.confidence[chosen], self.misread[chosen])

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
    misread = _misread(Draws(seed, "misread", day.isoformat()), confidence)
    return Reads(passed, confidence, misread).take(np.flatnonzero(read))


def as_read(plates: pa.Array, misread: Ints) -> pa.Array:
    """Plates as the cameras read them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wrong = misread > 0
    places = misread[wrong].tolist()
    texts = plates.filter(pa.array(wrong)).to_pylist()
    found = pa.array(
        [_taken_for_another(text, n) for text, n in zip(texts, places, strict=True)], pa.string()
    )
    return pc.replace_with_mask(plates, pa.array(wrong), found)


def _misread(draws: Draws, confidence: Ints) -> Ints:
    chance = SURE_PERMILLE + np.maximum(SURE_FROM - confidence, 0) * UNSURE_PERCENT // 100
    wrong = draws.many(1, 1000, len(confidence)) <= chance
    found: Ints = np.where(wrong, draws.many(1, 60, len(confidence)), 0)
    return found


def _taken_for_another(plate: str, number: int) -> str:
    """One of the characters that can be mistaken, by a number that is larger than there are."""
    places = [place for place, letter in enumerate(plate) if ord(letter) in ALIKE]
    at = places[number % len(places)]
    return plate[:at] + plate[at].translate(ALIKE) + plate[at + 1 :]


def _rain_at(seed: int, day: date, passed: Passages) -> Ints:
    """Rain in the ten minutes and the tambon of each passage."""
    rows = [TAMBON_CODES.index(camera.place.tambon) for camera in plate_cameras()]
    rain = basin_rain_on(seed, day)[rows]
    return rain[passed.camera, passed.at // (10 * MINUTE)]
