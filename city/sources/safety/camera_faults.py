"""What goes wrong in what plate cameras send, at known places, week by week of the city.

A `CameraFault` is planned; `spoil` marks the reads that it touches. What becomes of a marked read
is written by the source, because makers write differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from city.chance import Draws, Ints
from city.defects import Defect, Kind, Where
from city.registers.cameras import plate_cameras
from city.sources.safety.recognition import Reads, reads_of
from city.truth.people.passages import DAY, HOUR

if TYPE_CHECKING:
    from city.city import City

SECOND = HOUR // 3600
RESEND_PERCENT = 30
WEEK = 7


@dataclass(frozen=True)
class CameraFault:
    """A plan to spoil one camera's reads (all cameras in `cameras`) from one hour to another."""

    days: tuple[int, ...]
    kind: Kind
    cameras: tuple[int, ...]
    first_hour: int
    last_hour: int
    detail: str


@dataclass(frozen=True)
class FileFault:
    """A plan for the file of one hour of a day."""

    day: int
    hour: int
    kind: Kind
    detail: str


@dataclass(frozen=True)
class Sent:
    """Reads in the order in which they are sent; `shows` is 0, or 1 more than a fault's place."""

    reads: Reads
    moment: Ints
    shows: Ints

    def hour(self, hour: int) -> Sent:
        """What is sent within an hour."""
        first, last = np.searchsorted(self.moment, [hour * HOUR, (hour + 1) * HOUR])
        chosen = np.arange(first, last, dtype=np.int64)
        return Sent(self.reads.take(chosen), self.moment[chosen], self.shows[chosen])


def sent_by_hour(
    city: City, day: date, faults: Sequence[CameraFault], *, checkpoint: bool
) -> Iterator[tuple[int, int, Sent]]:
    """The hours of a day: each with the scale of the city, in millionths, and the reads sent."""
    whole = city.whole_hours(day)

    def sent(millionths: int, hours: range) -> Sent:
        reads = reads_of(city.seed, day, millionths, checkpoint=checkpoint, hours=hours)
        return spoil(reads, faults, city.streams_from, day, city.seed)

    usual = sent(city.millionths, range(24))
    of_all = sent(1_000_000, whole) if whole else usual
    for hour, millionths in enumerate(city.millionths_by_hour(day)):
        yield hour, millionths, (of_all if hour in whole else usual).hour(hour)


def spoil(
    reads: Reads, faults: Sequence[CameraFault], first_day: date, day: date, seed: int
) -> Sent:
    """Mark the reads that faults touch, and send those again that are sent twice."""
    weekday = (day - first_day).days % WEEK
    draws = Draws(seed, "resent", day.isoformat())
    pieces = [(reads, reads.of.at, np.zeros(len(reads.of.at), dtype=np.int64))]
    for number, fault in enumerate(faults, start=1):
        touched = np.flatnonzero(_touched(reads, fault)) if weekday in fault.days else _NONE
        if fault.kind == "repeated_read":
            touched = touched[draws.many(1, 100, len(touched)) <= RESEND_PERCENT]
            again = reads.of.at[touched] + SECOND * draws.many(1, 3, len(touched))
            touched, again = touched[again < DAY], again[again < DAY]
            pieces.append((reads.take(touched).at(again), again, np.full(len(again), number)))
        elif fault.kind == "duplicate_row":
            copies = reads.take(touched)
            pieces.append((copies, copies.of.at, np.full(len(touched), number)))
        else:
            pieces[0][2][touched] = number
    return _in_order(pieces)


def defects_of(
    source: str, file: str, sent: Sent, faults: Sequence[CameraFault]
) -> Iterator[Defect]:
    """What is wrong in the records of one file."""
    for number, fault in enumerate(faults, start=1):
        records = tuple((np.flatnonzero(sent.shows == number) + 1).tolist())
        if records:
            alone = fault.cameras[0] if len(fault.cameras) == 1 else None
            where = Where("" if alone is None else plate_cameras()[alone].id, records=records)
            yield Defect(fault.kind, source, file, where, fault.detail)
    misread = tuple((np.flatnonzero(sent.reads.misread > 0) + 1).tolist())
    if misread:
        detail = "a character was taken for one that looks alike: another plate"
        yield Defect("misread", source, file, Where(records=misread), detail)


_NONE: Ints = np.zeros(0, dtype=np.int64)


def _touched(reads: Reads, fault: CameraFault) -> NDArray[np.bool_]:
    hour = reads.of.at // HOUR
    within = (fault.first_hour <= hour) & (hour <= fault.last_hour)
    return within & np.isin(reads.of.camera, np.array(fault.cameras, dtype=np.int64))


def _in_order(pieces: list[tuple[Reads, Ints, Ints]]) -> Sent:
    moment = np.concatenate([at for _, at, _ in pieces])
    order = np.argsort(moment, kind="stable")  # of equal times the first copy goes first
    joined = Reads.joined([reads for reads, _, _ in pieces])
    shows = np.concatenate([marks for _, _, marks in pieces])
    return Sent(joined.take(order), moment[order], shows[order])
