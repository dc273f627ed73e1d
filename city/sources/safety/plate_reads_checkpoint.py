"""Reads of the 3 cameras at the Tha Chatchai checkpoint: XML, a gzip file an hour, over SFTP.

Elements are named as another maker does (Tattile): date and time apart and without zone, the
confidence as a score from 0 to 100.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from city.channels import Drop, DropFile
from city.registers.cameras import plate_cameras
from city.sources.safety.camera_faults import (
    CameraFault,
    FileFault,
    Sent,
    defects_of,
    sent_by_hour,
)
from city.sources.safety.plate_reads import spoiled_file
from city.sources.safety.recognition import as_read
from city.truth.people.fleet import plates, regions
from city.truth.people.passages import HOUR
from city.writing.gzipped import gzipped
from city.writing.text_columns import body_of, chosen, decimals, joined, numerals
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    import pyarrow as pa

    from city.city import City

SOURCE_ID = "plate_reads_checkpoint"
DIRECTIONS = ("APPROACH", "GOAWAY")
HEAD, TAIL = b'<?xml version="1.0" encoding="UTF-8"?>\n<Msgs>\n', b"</Msgs>\n"
GATES = len(plate_cameras()) - 3

FAULTS = (
    CameraFault((0,), "buddhist_year", (GATES,), 7, 8, "the camera counts Buddhist years"),
    CameraFault((1,), "out_of_range", (GATES + 2,), 10, 11, "scores without their decimal point"),
)
FILE_FAULTS = (
    FileFault(1, 5, "truncated_file", "the connection broke at three fifths of the file"),
    FileFault(2, 18, "late_file", "the link to the checkpoint was down for twenty hours"),
)


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The 24 files of a day, and those that are sent again."""
    midnight = datetime.combine(day, time(), BANGKOK)
    weekday = (day - city.streams_from).days % 7
    spoiled = {fault.hour: fault for fault in FILE_FAULTS if fault.day == weekday}
    for hour, millionths, part in sent_by_hour(city, day, FAULTS, checkpoint=True):
        if not len(part.moment):
            continue
        name = f"checkpoint_{day:%Y%m%d}_{hour:02d}.xml.gz"
        file = DropFile(
            name,
            midnight + timedelta(hours=hour + 1, minutes=4),
            gzipped(HEAD + body_of(_elements(part, day, millionths)) + TAIL),
            tuple(defects_of(SOURCE_ID, name, part, FAULTS)),
        )
        yield from spoiled_file(SOURCE_ID, file, spoiled[hour]) if hour in spoiled else [file]


def _elements(sent: Sent, day: date, millionths: int) -> pa.Array:
    import pyarrow as pa

    of, who = sent.reads.of, pa.array(sent.reads.of.vehicle)
    in_buddhist_years = f"{day.year + 543}{day:-%m-%d}"
    dates = chosen((day.isoformat(), in_buddhist_years, day.isoformat()), sent.shows)
    score = sent.reads.confidence  # tenths of a per cent
    return joined(
        "<Msg><DEVICE_ID>", chosen(tuple(camera.id for camera in plate_cameras()), of.camera),
        "</DEVICE_ID><PLATE_STRING>", as_read(plates(millionths).take(who), sent.reads.misread),
        "</PLATE_STRING><PLATE_REGION>", regions(millionths).take(who),
        "</PLATE_REGION><DATE>", dates, "</DATE><TIME>", _clock(sent),
        "</TIME><OCRSCORE>", decimals(np.where(sent.shows == 2, 10 * score, score), 1),
        "</OCRSCORE><DIRECTION>", chosen(DIRECTIONS, of.back),
        "</DIRECTION><LANE_ID>", numerals(of.camera - GATES + 1),
        "</LANE_ID></Msg>\n",
    )  # fmt: skip


def _clock(sent: Sent) -> pa.Array:
    """Local time to the millisecond."""
    thousandths = sent.reads.of.at // (HOUR // 3_600_000)
    hours, rest = np.divmod(thousandths, 3_600_000)
    minutes, rest = np.divmod(rest, 60_000)
    return joined(
        numerals(hours, 2), ":", numerals(minutes, 2), ":", numerals(rest // 1000, 2), ".",
        numerals(rest % 1000, 3),
    )  # fmt: skip


SOURCE = Drop(SOURCE_ID, "CDP_CHECKPOINT_DROP_URL", "sftp", "checkpoint", files_of, many_a_day=True)
