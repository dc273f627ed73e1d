"""Traffic violations whose state changed on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from city.registers.cameras import plate_cameras
from city.sources.safety.traffic_violations import (
    SPOILED_SPEEDS,
    Changed,
    changed_on,
)
from city.telling.columns import SECOND, instants, parts_of, reason, where, words
from city.truth.incidents.violations import LIMIT_KMH, MOST_DAYS, OFFENCES
from city.truth.people.fleet import CLASSES, class_of, regions
from city.writing.text_columns import joined, numerals
from ingestion import places

if TYPE_CHECKING:
    from city.city import City

_STATES = ("seen", "reviewed", "ticketed", "paid")


def changed(city: City, day: date) -> pa.Table:
    """The rows of `traffic_violations`: each with its state at the end of the day."""
    spoiled = (day - city.first_day).days % 7 == 0
    parts = []
    for age in range(MOST_DAYS, -1, -1):
        rows = changed_on(city, day, age)
        if rows is not None:
            parts.append(_columns(city, day, rows, spoiled=spoiled and age == 0))
    return pa.concat_tables(parts).combine_chunks()


def _columns(city: City, day: date, rows: Changed, *, spoiled: bool) -> pa.Table:
    of = rows.of
    measured, fined = of.speed > 0, (rows.state >= 2) & (of.fine > 0)
    pending = rows.state == 0
    limit = pa.array(np.full(len(measured), LIMIT_KMH, dtype=np.int64))
    codes = places.spellings("plate_region")
    names = regions(city.millionths).take(pa.array(of.vehicle)).to_pylist()
    table = pa.table(
        {
            "event_id": joined(f"VE{rows.happened:%y%m%d}-", numerals(rows.number, 5)),
            "camera_id": words([camera.id for camera in plate_cameras()], of.camera),
            "observed_at": instants(rows.happened, of.second * SECOND),
            "violation": words([offence.id for offence in OFFENCES], of.offence),
            "speed": where(measured, pa.array(of.speed)),
            "speed_limit": where(measured, limit),
            "plate_region": pa.array([codes[places.bare(n, "plate_region")] for n in names]),
            "vehicle_class": words(CLASSES, class_of(city.millionths)[of.vehicle]),
            "confidence": parts_of(of.confidence, 1000),
            "state": words(_STATES, rows.state),
            "is_confirmed": where(~pending, pa.array(of.confirmed == 1)),
            "changed_at": instants(day, rows.changed * SECOND),
            "fine": where(fined, pa.array(of.fine)),
            "speed_reason": reason("not_applicable", ~measured),
            "speed_limit_reason": reason("not_applicable", ~measured),
            "is_confirmed_reason": reason("pending", pending),
            "fine_reason": reason("not_applicable", ~fined),
        }
    )
    if not spoiled:
        return table
    # A gauge that was never set shows a speed that nobody drives.
    unset = np.flatnonzero(measured)[:SPOILED_SPEEDS]
    return table.take(pa.array(np.delete(np.arange(len(measured)), unset)))
