"""Typed columns from the whole numbers of the city."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from city.chance import Ints
from ingestion.clock import BANGKOK

SECOND = 1_000_000
"""In microseconds."""
Held = NDArray[np.bool_]


def instants(day: date, microseconds: Ints) -> pa.Array:
    """Moments of so many microseconds after the midnight that begins a day in Phuket."""
    midnight = int(datetime.combine(day, time(), BANGKOK).timestamp()) * SECOND
    return pa.array(midnight + microseconds).cast(pa.timestamp("us", tz="UTC"))


def parts_of(values: Ints, whole: int) -> pa.Array:
    """Whole numbers that count so many parts of one: hundredths for 100."""
    return pa.array(values / whole, pa.float64())


def words(texts: Sequence[str | None], positions: Ints) -> pa.Array:
    """Words of a short list, by position."""
    return pa.array(texts, pa.string()).take(pa.array(positions))


def where(held: Held, values: pa.Array) -> pa.Array:
    """The values where something holds, and none elsewhere."""
    import pyarrow.compute as pc

    return pc.if_else(pa.array(held), values, pa.scalar(None, values.type))


def reason(word: str, missing: Held) -> pa.Array:
    """Why there is no value, in the rows that have none."""
    return words([None, word], missing.astype(np.int64))
