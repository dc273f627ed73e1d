"""The sessions of the city's WiFi as they stood at the end of a day on which they were written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from city.sources.tourism.wifi.accounting import CAUSES, Records, records
from city.sources.tourism.wifi.faults import row_faults
from city.sources.tourism.wifi.sessions import of_points, seconds_of, unique_ids
from city.telling.columns import SECOND, instants, reason, where, words
from city.writing.text_columns import chosen, hexadecimal

if TYPE_CHECKING:
    from city.city import City

_UNUSABLE = ("clock", "address")
_NEVER_MISSING = ("session_seconds", "octets_in", "octets_out")


def sessions(city: City, day: date) -> pa.Table:
    """The rows of `wifi_sessions`: of each session the last record of the day."""
    sent = records(city, day)
    weekday = (day - city.streams_from).days % 7
    once = np.zeros(len(sent), dtype=np.bool_)
    faults = {name: f.rows for name, f in row_faults(sent, once, weekday).items()}
    unusable = np.any([faults[name] for name in _UNUSABLE], axis=0)
    last = _last_of_each(sent, np.flatnonzero(~unusable))
    kept, reset, rejoined = sent.take(last), faults["reset"][last], faults["rejoined"][last]
    nothing = pa.nulls(len(kept), pa.string())
    return pa.table(
        {
            "session_id": unique_ids(kept),
            "access_point_mac": chosen(of_points("mac"), kept.access_point),
            "network": chosen(of_points("network"), kept.access_point),
            "device": hexadecimal(kept.device, 12),
            "started_at": instants(day, kept.begins * SECOND),
            "updated_at": instants(day, kept.updated * SECOND),
            "stopped_at": where(kept.stopped, instants(day, kept.updated * SECOND)),
            "session_seconds": pa.array(seconds_of(kept, rejoined)),
            "octets_in": pa.array(np.where(reset, 0, kept.sent)),
            "octets_out": pa.array(np.where(reset, 0, kept.received)),
            "terminate_cause": words([cause or None for cause in CAUSES], kept.cause),
            "stopped_at_reason": reason("missing", ~kept.stopped),
            **{f"{name}_reason": nothing for name in _NEVER_MISSING},
            "terminate_cause_reason": reason("missing", kept.cause == 0),
        }
    )


def _last_of_each(sent: Records, rows: np.ndarray) -> np.ndarray:
    """Of these rows the last one of each session, in the order in which they were written."""
    backwards = rows[::-1]
    _, first = np.unique(sent.session[backwards], return_index=True)
    found: np.ndarray = np.sort(backwards[first])
    return found
