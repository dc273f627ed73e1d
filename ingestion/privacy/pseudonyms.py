"""Identifiers out, pseudonyms in: HMAC-SHA-256 under the period's key.

A hash without a key hides nobody: all addresses of one maker of devices fell in 19 seconds of one
core, all Thai plates without their province in under four minutes (tried).

A pseudonym is the first 128 bits, as 32 hexadecimal digits. The same device has the same one
within a period (of its event time, in Asia/Bangkok) and in every source of one purpose; nothing
joins two periods but the hours after midnight that a contract asks for (`overlap_hours`), in
which a row also carries yesterday's pseudonym as `<field>_previous`.

Keys stay in this process: no SQL text, and so no error message, holds one.
Does not belong here: spelling (`fields/mac.py`, `plate.py`), keys (`periods.py`).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.mac import randomised
from ingestion.fields.plate import province
from ingestion.privacy.periods import PeriodKey
from ingestion.sources.event_days import event_days, event_hours, event_span

if TYPE_CHECKING:
    import pyarrow as pa

BITS = 128
_MOST_REMEMBERED = 1 << 18
"""Pseudonyms of one key, 60 MB of them; devices come back, so that most need not be made again."""


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of the rows of one file."""

    contract: SourceContract
    keys: tuple[PeriodKey, ...]
    received_at: datetime
    _made: dict[bytes, _Made] = field(default_factory=dict)

    def keyless(self, rows: pa.RecordBatch) -> Iterator[tuple[str, pa.BooleanArray]]:
        """Every identifier, and the rows of periods whose key is gone, or was never made."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for each in self.contract.identifiers:
            living = pa.array(list(self._keys(each)), pa.date32())
            dead = pc.invert(pc.is_in(self._firsts(each, rows), living))
            yield each.name, pc.and_(dead, rows.column(each.name).is_valid())

    def hide(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows with pseudonyms in the place of identifiers, and what is told from those."""
        import pyarrow as pa
        import pyarrow.compute as pc

        columns = dict(zip(rows.schema.names, rows.columns, strict=True))
        for each in self.contract.identifiers:
            words, values = each.identifier, rows.column(each.name)
            assert words is not None
            firsts = self._firsts(each, rows)
            columns[each.name] = self._hidden(each, values, firsts)
            if words.kind == "mac":
                columns[f"{each.name}_randomised"] = randomised(values)
            if words.kind == "plate":
                columns[f"{each.name}_province"] = province(values)
            if words.overlap_hours:
                hours = event_hours(rows, self.contract, self.received_at)
                early = pa.array(hours < words.overlap_hours)
                before = pc.subtract(firsts.cast(pa.int32()), pa.scalar(1, pa.int32())).cast(
                    pa.date32()
                )
                before = pc.if_else(early, before, pa.scalar(None, pa.date32()))
                columns[f"{each.name}_previous"] = self._hidden(each, values, before)
        return pa.RecordBatch.from_pydict(columns)

    def _hidden(self, each: Field, values: pa.StringArray, firsts: pa.Array) -> pa.Array:
        """The pseudonym of every value in its period; none where the period has no key."""
        import pyarrow as pa
        import pyarrow.compute as pc

        keys, hidden = self._keys(each), pa.nulls(len(values), pa.string())
        periods = pc.unique(firsts).to_pylist()
        for first in periods:
            if not (key := keys.get(first)):
                continue
            made = self._made.setdefault(key, _Made(key))
            if len(periods) == 1:
                return made.pseudonyms(values)
            now = pc.equal(firsts, pa.scalar(first, pa.date32())).fill_null(False)
            mine = pc.if_else(now, values, pa.scalar(None, pa.string()))
            hidden = pc.coalesce(hidden, made.pseudonyms(mine))
        return hidden

    def _keys(self, each: Field) -> dict[date, bytes]:
        """The living keys of an identifier, by the first day of their period."""
        assert each.identifier is not None
        wanted = (each.identifier.purpose, each.identifier.period)
        found = (key for key in self.keys if (key.purpose, key.period.kind) == wanted)
        return {key.period.first: key.key for key in found}

    def _firsts(self, each: Field, rows: pa.RecordBatch) -> pa.Array:
        """The first day of the period that every row belongs to."""
        import pyarrow as pa
        import pyarrow.compute as pc

        assert each.identifier is not None
        ends = pa.array(event_span(rows, self.contract, self.received_at), pa.date32())
        one, other = pc.floor_temporal(ends, unit=each.identifier.period)
        if one == other:  # as mostly, which is told far sooner than the day of every row
            return pa.repeat(one, rows.num_rows)
        days = event_days(rows, self.contract, self.received_at)
        few = days.dictionary_encode()
        return pc.floor_temporal(few.dictionary, unit=each.identifier.period).take(few.indices)


class _Made:
    """The pseudonyms under one key, those that were asked for last not made again."""

    def __init__(self, key: bytes, most: int = _MOST_REMEMBERED) -> None:
        self._pseudonym = lru_cache(most)(partial(_pseudonym, key))

    def pseudonyms(self, values: pa.StringArray) -> pa.StringArray:
        """The pseudonym of every value; null where there is none."""
        import pyarrow as pa

        each = values.dictionary_encode()
        made = map(self._pseudonym, each.dictionary.to_pylist())
        return pa.array(made, pa.string(), size=len(each.dictionary)).take(each.indices)


def _pseudonym(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256")[: BITS // 8].hex()
