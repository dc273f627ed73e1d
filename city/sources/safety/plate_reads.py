"""Reads of the 71 plate cameras along the roads: JSON Lines, a gzip file an hour, in a bucket.

Members are named as a maker of such cameras does (LILIN): the time in microseconds as a text, the
confidence from 0 to 1 as a text. A sixth of the cameras send some reads again within seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Ints
from city.channels import Drop, DropFile
from city.defects import Defect, Where
from city.registers.cameras import plate_cameras
from city.sources.safety.camera_faults import (
    SECOND,
    CameraFault,
    FileFault,
    Sent,
    defects_of,
    sent_by_hour,
)
from city.sources.safety.recognition import as_read
from city.truth.people.fleet import plates, regions
from city.truth.people.passages import DAY
from city.writing.gzipped import gzipped
from city.writing.text_columns import body_of, chosen, decimals, joined, numerals
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    import pyarrow as pa

    from city.city import City

SOURCE_ID = "plate_reads"
DIRECTIONS = ("IN", "OUT")
AHEAD, BEHIND = 3 * DAY, 120 * SECOND
EVERY_DAY = tuple(range(7))

FAULTS = (
    CameraFault((0,), "clock_fault", (9,), 9, 10, "the camera's clock ran three days ahead"),
    CameraFault((1, 2, 3), "clock_drift", (23,), 0, 23, "the camera's clock was two minutes slow"),
    CameraFault((1,), "duplicate_row", (32,), 13, 13, "the camera sent each read twice"),
    CameraFault(EVERY_DAY, "repeated_read", tuple(range(7, 71, 6)), 0, 23,
                "the camera sent the read again within three seconds"),
)  # fmt: skip
FILE_FAULTS = (
    FileFault(0, 3, "truncated_file", "the connection broke at three fifths of the file"),
    FileFault(1, 9, "duplicate_file", "the same bytes were uploaded again under another name"),
    FileFault(1, 17, "late_file", "the recorder was offline in a storm for twenty hours"),
)


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The 24 files of a day, and those that are sent again."""
    midnight = datetime.combine(day, time(), BANGKOK)
    weekday = (day - city.streams_from).days % 7
    spoiled = {fault.hour: fault for fault in FILE_FAULTS if fault.day == weekday}
    for hour, millionths, part in sent_by_hour(city, day, FAULTS, checkpoint=False):
        if not len(part.moment):
            continue  # a recorder without reads uploads nothing
        name = f"lpr_{day:%Y%m%d}_{hour:02d}.jsonl.gz"
        file = DropFile(
            name,
            midnight + timedelta(hours=hour + 1, minutes=2),
            gzipped(body_of(_lines(part, int(midnight.timestamp()), millionths))),
            tuple(defects_of(SOURCE_ID, name, part, FAULTS)),
        )
        yield from spoiled_file(SOURCE_ID, file, spoiled[hour]) if hour in spoiled else [file]


def spoiled_file(source: str, file: DropFile, fault: FileFault) -> list[DropFile]:
    """What is sent in place of a file: late, cut and then whole, or twice."""
    said = Defect(fault.kind, source, file.name, Where(), fault.detail)
    stem, _, ending = file.name.partition(".")
    again = f"{stem}_again.{ending}"
    moved = tuple(replace(defect, file=again) for defect in file.defects)
    if fault.kind == "late_file":
        late = file.sent_at + timedelta(hours=20)
        return [replace(file, sent_at=late, defects=(*file.defects, said))]
    if fault.kind == "duplicate_file":
        later = file.sent_at + timedelta(minutes=40)
        copy = Defect(fault.kind, source, again, Where(), fault.detail)
        return [file, replace(file, name=again, sent_at=later, defects=(copy,))]
    later = file.sent_at + timedelta(hours=2)
    cut = replace(file, body=file.body[: len(file.body) * 3 // 5], defects=(said,))
    return [cut, replace(file, name=again, sent_at=later, defects=moved)]


def _lines(sent: Sent, midnight: int, millionths: int) -> pa.Array:
    import pyarrow as pa

    of, who = sent.reads.of, pa.array(sent.reads.of.vehicle)
    return joined(
        '{"CAMERA":"', chosen(tuple(camera.id for camera in plate_cameras()), of.camera),
        '","TS":"', numerals(midnight * SECOND + of.at + clock_error(sent)),
        '","LPR":"', as_read(plates(millionths).take(who), sent.reads.misread),
        '","COUNTRY":"', regions(millionths).take(who),
        '","DIRECTION":"', chosen(DIRECTIONS, of.back),
        '","THRESHOLD":"', decimals(sent.reads.confidence, 3), '"}\n',
    )  # fmt: skip


def clock_error(sent: Sent) -> Ints:
    """By how much the camera's clock is wrong at each read, in microseconds."""
    by_fault = [0, *({"clock_fault": AHEAD, "clock_drift": -BEHIND}.get(f.kind, 0) for f in FAULTS)]
    return np.array(by_fault, dtype=np.int64)[sent.shows]


SOURCE = Drop(SOURCE_ID, "CDP_LPR_DROP_URL", "s3", "lpr", files_of, many_a_day=True)
