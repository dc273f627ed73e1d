"""The day on which a row happened, on the clocks of Thailand.

Does not belong here: what is done with a day (`results/accepted.py`,
`ingestion/privacy/pseudonyms.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.clock import BANGKOK, bangkok_day
from ingestion.contracts.source import SourceContract

_AHEAD_OF_UTC = timedelta(hours=7)
_SAME_CLOCKS = datetime(1921, 1, 1, tzinfo=BANGKOK)
"""Since then clocks in Thailand have been seven hours ahead of UTC."""
_HOUR = timedelta(hours=1) // timedelta(microseconds=1)


def event_days(rows: pa.RecordBatch, contract: SourceContract, came: datetime) -> pa.Array:
    """The event day of every row; the day on which it came, where it names none."""
    received = pa.scalar(bangkok_day(came), pa.date32())
    if contract.day is None:
        return pa.repeat(received, rows.num_rows)
    moments = rows.column(contract.day)
    if pa.types.is_date(moments.type):
        return moments.fill_null(received)
    first = pc.min(moments).as_py()
    if first is not None and first < _SAME_CLOCKS:
        old = [None if at is None else bangkok_day(at) for at in moments.to_pylist()]
        return pa.array(old, pa.date32()).fill_null(received)
    days = (_local_hours(moments) // 24).astype(np.int32)
    return pc.if_else(moments.is_valid(), pa.array(days).cast(pa.date32()), received)


def event_span(rows: pa.RecordBatch, contract: SourceContract, came: datetime) -> tuple[date, date]:
    """The first and the last of the `event_days` of some rows."""
    received = bangkok_day(came)
    if contract.day is None or not rows.num_rows:
        return received, received
    moments = rows.column(contract.day)
    ends = [end for end in pc.min_max(moments).as_py().values() if end is not None]
    days = ends if pa.types.is_date(moments.type) else [bangkok_day(end) for end in ends]
    days += [received] if moments.null_count else []
    return min(days), max(days)


def event_hours(
    rows: pa.RecordBatch, contract: SourceContract, came: datetime
) -> npt.NDArray[np.int64]:
    """The hour of the day, from 0 to 23, of every row; when it came, where it names none."""
    hour = came.astimezone(BANGKOK).hour
    if contract.day is None:
        return np.full(rows.num_rows, hour)
    moments = rows.column(contract.day)
    named = moments.is_valid().to_numpy(zero_copy_only=False)
    return np.where(named, _local_hours(moments) % 24, hour)


def _local_hours(moments: pa.TimestampArray) -> npt.NDArray[np.int64]:
    """Whole hours since 1970 on the clocks of Thailand; of a null, some number."""
    since: npt.NDArray[np.int64] = moments.cast(pa.int64()).fill_null(0).to_numpy()
    return since // _HOUR + _AHEAD_OF_UTC // timedelta(hours=1)
