"""The accounting records of the city's WiFi, as its server exports them: a file a quarter hour.

`wifi_<YYYYMMDD>_<hhmm>.csv.gz` holds the records written since hhmm, in the columns of FreeRADIUS'
own table. They name devices: what they may become is said in the contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.chance import mixed
from city.channels import Drop, DropFile
from city.defects import Defect, Where
from city.registers.access_points import MAKERS, access_points
from city.sources.tourism.wifi.accounting import CAUSES, Records, records
from city.sources.tourism.wifi.faults import (
    WINDOW_SECONDS,
    WINDOWS,
    FileFault,
    RowFault,
    file_fault,
    repeated,
    row_faults,
)
from city.writing.gzipped import gzipped
from city.writing.text_columns import (
    chosen,
    hexadecimal,
    joined,
    lines,
    moments,
    numerals,
    where,
)
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    import pyarrow as pa

    from city.city import City

ID = "wifi_sessions"
COLUMNS = (
    "RadAcctId", "AcctSessionId", "AcctUniqueId", "UserName", "NASIPAddress", "AcctStartTime",
    "AcctUpdateTime", "AcctStopTime", "AcctInterval", "AcctSessionTime", "AcctInputOctets",
    "AcctOutputOctets", "CalledStationId", "CallingStationId", "AcctTerminateCause",
    "FramedIPAddress",
)  # fmt: skip
ERROR_PAGE = b"<html><head><title>504 Gateway Time-out</title></head><body></body></html>\n"
_FORM = "YYYY-MM-DD hh:mm:ss+07"
_UNSET = date(1970, 1, 1)
AT_ONCE = 16
"""Files whose text is made at once: many are quick, few are small in memory."""


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The files of a day's 96 quarter hours, those sent late or again included."""
    weekday = (day - city.streams_from).days % 7
    written = records(city, day)
    window = written.updated // WINDOW_SECONDS
    for first in range(0, WINDOWS, AT_ONCE):
        windows = range(first, first + AT_ONCE)
        bounds = np.searchsorted(window, [windows.start, windows.stop])
        yield from _files(written.take(np.arange(*bounds)), windows, day, weekday)


def _files(written: Records, windows: range, day: date, weekday: int) -> Iterator[DropFile]:
    sent, copies = repeated(written, weekday)
    faults = row_faults(sent, copies, weekday)
    ends = np.searchsorted(sent.updated, (np.array(windows) + 1) * WINDOW_SECONDS)
    bodies = lines(_columns(sent, faults, day), ends)
    first = 0
    for window, end, body in zip(windows, ends.tolist(), bodies, strict=True):
        file = _file(day, window, body, _defects(faults, first, end))
        fault = file_fault(weekday, window)
        yield from _spoiled(file, body, fault) if fault else [file]
        first = end


def _columns(sent: Records, faults: dict[str, RowFault], day: date) -> Sequence[pa.Array]:
    """The texts of every column, in their order."""
    shown = {name: fault.rows for name, fault in faults.items()}
    seconds = seconds_of(sent, shown["rejoined"])

    def moment(at: np.ndarray) -> pa.Array:
        unset = moments(_UNSET, at % 3600 + 7 * 3600, _FORM)
        return where(shown["clock"], unset, moments(day, at, _FORM))

    def octets(count: np.ndarray) -> pa.Array:
        return numerals(np.where(shown["reset"], 0, count))

    return (
        numerals(sent.serial),
        hexadecimal(sent.counter.astype(np.uint64), 8, capital=True),
        unique_ids(sent),
        hexadecimal(sent.device, 12),
        chosen(of_points("management_address"), sent.access_point),
        moment(sent.begins),
        moment(sent.updated),
        where(sent.stopped, moment(sent.updated), ""),
        where(sent.stopped, "", numerals(np.full(len(sent), 1800))),
        numerals(seconds),
        octets(sent.sent),
        octets(sent.received),
        joined(
            chosen(of_points("mac"), sent.access_point),
            ":",
            chosen(of_points("network"), sent.access_point),
        ),
        _addresses(sent, shown["address"]),
        chosen(CAUSES, sent.cause),
        _leased(sent),
    )


def seconds_of(sent: Records, rejoined: np.ndarray) -> np.ndarray:
    """How long each session has lasted, as the server counts it: anew when a device rejoins."""
    lasts = sent.updated - sent.begins
    return np.where(rejoined, lasts // 4, lasts)


@lru_cache(maxsize=4)
def of_points(what: str) -> tuple[str, ...]:
    """What the register says of every access point."""
    return tuple(getattr(point, what) for point in access_points())


def unique_ids(sent: Records) -> pa.Array:
    """The accounting server's own identifier of a session: 32 digits."""
    import pyarrow.compute as pc

    halves = (hexadecimal(mixed(sent.session, salt), 16) for salt in (31, 32))
    return pc.binary_join_element_wise(*halves, "")


def _addresses(sent: Records, cut: np.ndarray) -> pa.Array:
    """The device's address as the maker of the access point spells it."""
    import pyarrow.compute as pc

    spelled = {
        "dashes": hexadecimal(sent.device, 12, capital=True, between="-"),
        "colons": hexadecimal(sent.device, 12, between=":"),
        "bare": hexadecimal(sent.device, 12),
    }
    makers = [MAKERS.index(maker) for maker in of_points("maker")]
    maker = np.array(makers, dtype=np.int64)[sent.access_point]
    shown = pc.choose(maker, *(spelled[name] for name in MAKERS))
    return where(cut, pc.utf8_slice_codeunits(shown, 0, 10), shown)


def _leased(sent: Records) -> pa.Array:
    import pyarrow.compute as pc

    number = (mixed(sent.device, 41) % np.uint64(64_000)).astype(np.int64)
    return pc.binary_join_element_wise(
        "10.96", numerals(number // 250), numerals(number % 250 + 1), "."
    )


def _defects(faults: dict[str, RowFault], first: int, end: int) -> tuple[Defect, ...]:
    found = []
    for fault in faults.values():
        rows = np.flatnonzero(fault.rows[first:end]) + 1
        if len(rows):
            where_ = Where(records=tuple(rows.tolist()))
            found.append(Defect(fault.kind, ID, "", where_, fault.detail))
    return tuple(found)


def _file(day: date, window: int, body: bytes, defects: tuple[Defect, ...]) -> DropFile:
    begins = datetime.combine(day, time(), BANGKOK) + timedelta(seconds=window * WINDOW_SECONDS)
    name = f"wifi_{begins:%Y%m%d_%H%M}.csv.gz"
    return DropFile(
        name=name,
        sent_at=begins + timedelta(seconds=WINDOW_SECONDS + 60),
        body=gzipped(_headed(body)),
        defects=tuple(replace(defect, file=name) for defect in defects),
    )


def _headed(body: bytes, columns: Sequence[str] = COLUMNS) -> bytes:
    return ",".join(columns).encode() + b"\n" + body


def _spoiled(file: DropFile, body: bytes, fault: FileFault) -> list[DropFile]:
    """The file as it is sent with this fault, and what is sent after it."""
    told = Defect(fault.kind, ID, file.name, Where(), fault.detail)
    alone = replace(file, defects=(told,))
    if fault.kind == "late_file":
        after = file.sent_at + timedelta(hours=12)
        return [replace(file, sent_at=after, defects=(*file.defects, told))]
    if fault.kind == "html_page":
        return [replace(alone, body=ERROR_PAGE)]
    if fault.kind == "renamed_column":
        renamed = ["Calling-Station-Id" if name == "CallingStationId" else name for name in COLUMNS]
        return [replace(alone, body=gzipped(_headed(body, renamed)))]
    if fault.kind == "truncated_file":
        again = _again(file, "resent", timedelta(hours=3))
        late = Defect("late_file", ID, again.name, Where(), "sent again after the broken upload")
        cut = file.body[: len(file.body) * 3 // 5]
        return [replace(alone, body=cut), replace(again, defects=(*again.defects, late))]
    copy = _again(file, "copy", timedelta(minutes=20))
    return [file, replace(copy, defects=(replace(told, file=copy.name),))]


def _again(file: DropFile, word: str, later: timedelta) -> DropFile:
    """The same file under a name of its own, which sorts behind the first."""
    name = file.name.replace(".csv.gz", f"_{word}.csv.gz")
    defects = tuple(replace(defect, file=name) for defect in file.defects)
    return DropFile(name, file.sent_at + later, file.body, defects)


SOURCE = Drop(
    source=ID,
    setting="CDP_WIFI_DROP_URL",
    store="s3",
    folder="wifi",
    files=files_of,
    many_a_day=True,
)
