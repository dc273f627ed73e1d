"""What the plate cameras read on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from city.chance import Ints
from city.registers.cameras import plate_cameras
from city.sources.safety import plate_reads, plate_reads_checkpoint
from city.sources.safety.camera_faults import CameraFault, Sent, sent_by_hour
from city.sources.safety.recognition import as_read
from city.telling.columns import instants, parts_of, words
from city.truth.people.fleet import plates, regions
from ingestion import places

if TYPE_CHECKING:
    from city.city import City

_UNUSABLE = ("clock_fault", "duplicate_row", "buddhist_year", "out_of_range")
_DIRECTIONS = ("there", "back")
_MILLISECOND = 1000


def along_roads(city: City, day: date) -> pa.Table:
    """The rows of `plate_reads`."""
    parts = [
        _columns(day, sent, millionths, sent.reads.of.at + plate_reads.clock_error(sent))
        for millionths, sent in _usable(city, day, plate_reads.FAULTS, checkpoint=False)
    ]
    return pa.concat_tables(parts).combine_chunks()


def at_checkpoint(city: City, day: date) -> pa.Table:
    """The rows of `plate_reads_checkpoint`, whose clocks tell thousandths of a second."""
    parts = []
    for millionths, sent in _usable(city, day, plate_reads_checkpoint.FAULTS, checkpoint=True):
        columns = _columns(day, sent, millionths, sent.reads.of.at // _MILLISECOND * _MILLISECOND)
        lanes = pa.array(sent.reads.of.camera - plate_reads_checkpoint.GATES + 1)
        # A score from 0 to 100, with one decimal.
        score = pa.array(sent.reads.confidence / 10 / 100, pa.float64())
        columns = columns.set_column(
            columns.schema.get_field_index("confidence"), "confidence", score
        )
        parts.append(columns.add_column(5, "lane", lanes))
    return pa.concat_tables(parts).combine_chunks()


def _usable(
    city: City, day: date, faults: Sequence[CameraFault], *, checkpoint: bool
) -> Iterator[tuple[int, Sent]]:
    """What is sent of every hour, without what cannot be used, and the scale of that hour."""
    unusable = [n for n, fault in enumerate(faults, start=1) if fault.kind in _UNUSABLE]
    for _, millionths, sent in sent_by_hour(city, day, faults, checkpoint=checkpoint):
        good = np.flatnonzero(~np.isin(sent.shows, np.array(unusable, dtype=np.int64)))
        yield millionths, Sent(sent.reads.take(good), sent.moment[good], sent.shows[good])


def _columns(day: date, sent: Sent, millionths: int, at: Ints) -> pa.Table:
    of, who = sent.reads.of, pa.array(sent.reads.of.vehicle)
    number, region = _known_as(millionths)
    plate = pc.replace_with_mask(
        number.take(who), pa.array(sent.reads.misread > 0), _misread(sent, millionths)
    )
    return pa.table(
        {
            "camera_id": words([camera.id for camera in plate_cameras()], of.camera),
            "seen_at": instants(day, at),
            "plate": pc.binary_join_element_wise(region.take(who), plate, "|"),
            "plate_region": region.take(who),
            "direction": words(_DIRECTIONS, of.back),
            "confidence": parts_of(sent.reads.confidence, 1000),
        }
    )


def _misread(sent: Sent, millionths: int) -> pa.Array:
    """The numbers of those whose plate was taken for another."""
    wrong = np.flatnonzero(sent.reads.misread)
    of = plates(millionths).take(pa.array(sent.reads.of.vehicle[wrong]))
    return _compact(as_read(of, sent.reads.misread[wrong]))


@lru_cache(maxsize=2)
def _known_as(millionths: int) -> tuple[pa.Array, pa.Array]:
    """Number and region of every vehicle, as one spells them who hides them."""
    few = regions(millionths).dictionary_encode()
    codes = places.spellings("plate_region")
    known = [codes[places.bare(name, "plate_region")] for name in few.dictionary.to_pylist()]
    region = pa.array(known, pa.string()).take(few.indices)
    return _compact(plates(millionths)), region


def _compact(numbers: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(numbers, "[ -]", "")
