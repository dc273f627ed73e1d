"""What goes wrong in the records of the WiFi's accounting, at known places.

Which records chance befalls is told from their lot; which files, from the day of the city's week.
How rows become files belongs to `wifi_sessions`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from city.chance import Ints
from city.defects import Kind
from city.registers.access_points import NUMBERS
from city.sources.tourism.wifi.accounting import Records
from city.truth.people.wifi import DAY_SECONDS

WINDOW_SECONDS = 900
WINDOWS = DAY_SECONDS // WINDOW_SECONDS
_KARON = 7  # position of the tambon
_NO_CLOCK = (range(40, 43), "the controller of Karon restarted and had no clock: 1 January 1970")
_CLOCK_DAY = 1


@dataclass(frozen=True)
class RowFault:
    """Which records of a day show one fault."""

    kind: Kind
    rows: NDArray[np.bool_]
    detail: str


@dataclass(frozen=True)
class FileFault:
    """A plan for the files of some quarter hours of a day."""

    kind: Kind
    windows: range
    detail: str


_WEEK_OF_FILES = {
    2: FileFault("truncated_file", range(41, 42), "the upload broke at three fifths of the file"),
    3: FileFault("renamed_column", range(54, 55), "a new release named a column otherwise"),
    4: FileFault("late_file", range(60, 68), "the link was down in a storm for twelve hours"),
    5: FileFault("duplicate_file", range(30, 31), "the same file again under another name"),
    6: FileFault("html_page", range(12, 13), "a proxy's error page was saved in place of the file"),
}


def file_fault(weekday: int, window: int) -> FileFault | None:
    """What is wrong with the file of a quarter hour, on that day of the city's week."""
    fault = _WEEK_OF_FILES.get(weekday)
    return fault if fault and window in fault.windows else None


def repeated(written: Records, weekday: int) -> tuple[Records, NDArray[np.bool_]]:
    """The records as they are sent, and which of them are sent for the second time."""
    again = (written.lot < 3_000) & ~_without_clock(written, weekday)
    rows = np.repeat(np.arange(len(written), dtype=np.int64), 1 + again)
    copies = np.zeros(len(rows), dtype=np.bool_)
    copies[1:] = rows[1:] == rows[:-1]
    return written.take(rows), copies


def row_faults(sent: Records, copies: NDArray[np.bool_], weekday: int) -> dict[str, RowFault]:
    """The faults of single records, by what is done to them.

    What keeps a record out (the first three) befalls none that has another fault.
    """
    clock = _without_clock(sent, weekday)
    lot = np.where(clock | (sent.lot < 3_000), 1_000_000, sent.lot)

    def befallen(first: int, last: int) -> NDArray[np.bool_]:
        return (lot >= first) & (lot < last)

    malformed = befallen(3_000, 4_500)
    kept = ~(clock | copies | malformed)
    long = sent.stopped & (sent.updated - sent.begins > 600)
    return {
        "copied": RowFault("duplicate_row", copies, "the record was sent twice"),
        "clock": RowFault("clock_fault", clock, _NO_CLOCK[1]),
        "address": RowFault("malformed", malformed, "the client's address is cut off"),
        "reset": RowFault(
            "counter_reset", befallen(5_000, 8_000) & sent.stopped, "octets are 0 at the stop"
        ),
        "wrapped": RowFault(
            "counter_reset",
            befallen(8_000, 9_000) & sent.stopped & (sent.updated - sent.begins > 1800),
            "4,294,967,296 octets more: the counter has 32 bits",
        ),
        "rejoined": RowFault(
            "counter_reset", befallen(9_000, 13_000) & long, "seconds since the device rejoined"
        ),
        "open": RowFault("open_session", sent.unended & kept, "the stop was lost"),
        "second": RowFault(
            "repeated_read", sent.second & kept, "an interim update behind the stop"
        ),
    }


def _without_clock(written: Records, weekday: int) -> NDArray[np.bool_]:
    if weekday != _CLOCK_DAY:
        return np.zeros(len(written), dtype=np.bool_)
    first = sum(NUMBERS[:_KARON])
    at = written.access_point
    window: Ints = written.updated // WINDOW_SECONDS
    times = (window >= _NO_CLOCK[0].start) & (window < _NO_CLOCK[0].stop)
    return times & (at >= first) & (at < first + NUMBERS[_KARON])
