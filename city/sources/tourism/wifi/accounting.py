"""What the WiFi's accounting server (RADIUS) has on record about each session, and when.

A session is a record when an interim update comes, every half hour, and when its stop comes. A stop
can be lost, and an interim update that arrives after it opens a second record. What is wrong in the
rows of a file belongs to `wifi_faults`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from city.chance import Bits, Ints, mixed
from city.truth.people.wifi import DAY_SECONDS, Sessions, sessions

if TYPE_CHECKING:
    from city.city import City

INTERIM_SECONDS = 1800
CAUSES = ("", "User-Request", "Idle-Timeout", "Lost-Carrier", "Session-Timeout")
# Of ten thousand sessions: whose stop is lost, and whose last interim update comes behind the stop.
LOST_STOPS, LATE_INTERIMS = 150, 40


@dataclass(frozen=True)
class Records:
    """Records in the order in which they were written: an entry a record.

    Times are seconds from the midnight of the day. `stopped` says which have a stop, `unended`
    which are the last of a session whose stop was lost, `second` which came behind a stop; `lot`
    is a number by which chance befalls a record.
    """

    session: Bits
    serial: Ints
    counter: Ints
    access_point: Ints
    device: Bits
    begins: Ints
    updated: Ints
    sent: Ints
    received: Ints
    cause: Ints
    stopped: NDArray[np.bool_]
    unended: NDArray[np.bool_]
    second: NDArray[np.bool_]
    lot: Ints

    def __len__(self) -> int:
        return len(self.session)

    def take(self, rows: Ints) -> Records:
        """These rows, in this order."""
        return Records(**{name: column[rows] for name, column in vars(self).items()})


def records(city: City, day: date) -> Records:
    """The records that were written on a day, of sessions that began on it or the day before."""
    parts = []
    for ago in (1, 0):
        began = day - timedelta(days=ago)
        of = sessions(city.seed, began, city.millionths, city.whole_hours(began))
        parts.append(_records(of, began.toordinal(), -ago * DAY_SECONDS))
    both = Records(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
    )
    today = np.flatnonzero((both.updated >= 0) & (both.updated < DAY_SECONDS))
    return both.take(today[np.lexsort((both.serial[today], both.updated[today]))])


def _records(of: Sessions, ordinal: int, midnight: int) -> Records:
    """Every record of the sessions of one day."""
    lot = (mixed(of.number, 21) % np.uint64(10_000)).astype(np.int64)
    lost = lot < LOST_STOPS
    late = (lot >= LOST_STOPS) & (lot < LOST_STOPS + LATE_INTERIMS)
    everyone = np.arange(len(of), dtype=np.int64)
    interims = (of.lasts - 1) // INTERIM_SECONDS
    # Where the stop is lost and no update came either, the start alone is on record.
    started = everyone[lost & (interims == 0)]
    updates = np.repeat(everyone, interims)
    step = np.arange(len(updates)) - np.repeat(np.cumsum(interims) - interims, interims) + 1
    ended, again = everyone[~lost], everyone[late]
    row = np.concatenate([started, updates, ended, again])
    after = np.concatenate(
        [
            np.zeros(len(started), dtype=np.int64),
            step * INTERIM_SECONDS,
            of.lasts[ended],
            of.lasts[again] + 2 + lot[again] % 50,
        ]
    )
    sizes = [len(started), len(updates), len(ended), len(again)]
    kind = np.repeat(np.arange(4), sizes)
    stopped, second = kind == 2, kind == 3
    lasts = np.maximum(of.lasts[row], 1)
    return Records(
        session=of.number[row],
        serial=(ordinal % 10_000) * 1_000_000 + row + 500_000 * second,
        counter=_counted(of.access_point)[row],
        access_point=of.access_point[row],
        device=of.device[row],
        begins=of.begins[row] + midnight,
        updated=of.begins[row] + after + midnight,
        sent=of.sent[row] * np.minimum(after, lasts) // lasts,
        received=of.received[row] * np.minimum(after, lasts) // lasts,
        cause=np.where(stopped, lot[row] % (len(CAUSES) - 1) + 1, 0),
        stopped=stopped,
        unended=lost[row] & (after + INTERIM_SECONDS >= lasts),
        second=second,
        lot=(mixed(of.number[row] + after.astype(np.uint64), 22) % np.uint64(1_000_000)).astype(
            np.int64
        ),
    )


def _counted(access_point: Ints) -> Ints:
    """The number of a session at its access point since the restart at midnight."""
    order = np.argsort(access_point, kind="stable")
    counted = np.empty(len(order), dtype=np.int64)
    sizes = np.bincount(access_point)
    counted[order] = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    return counted
