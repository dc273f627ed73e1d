"""Identifiers out, pseudonyms in: HMAC-SHA-256 under the period's key.

A pseudonym is the first 128 bits, as 32 hexadecimal digits. The same device has the same one
within a period (of its event time, in Asia/Bangkok) and in every source of one purpose; nothing
joins two periods but the hours after midnight that a contract asks for (`overlap_hours`), in
which a row also carries yesterday's pseudonym as `<field>_previous`.

Keys stay in this process: no SQL text, and so no error message, holds one.
Does not belong here: spelling (`normalise.py`), keys (`periods.py`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from ingestion.contracts.model import Field, SourceContract
from ingestion.parsing.event_days import event_days, event_hours
from ingestion.privacy.normalise import province, randomised
from ingestion.privacy.periods import PeriodKey

if TYPE_CHECKING:
    import pyarrow as pa

BITS = 128
_MOST_REMEMBERED = 500_000
"""Pseudonyms, some 150 bytes each; devices come back, so that most need not be made again."""


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of the rows of one file."""

    contract: SourceContract
    keys: tuple[PeriodKey, ...]
    received_at: datetime
    _made: dict[tuple[bytes, str], str] = field(default_factory=dict)

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
                columns[f"{each.name}_randomised"] = _told(values, randomised, pa.bool_())
            if words.kind == "plate":
                columns[f"{each.name}_province"] = _told(values, province, pa.string())
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

        nothing = pa.nulls(len(values), pa.string())
        keys, hidden = self._keys(each), nothing
        for first in pc.unique(firsts).to_pylist():
            if key := keys.get(first):
                now = pc.equal(firsts, pa.scalar(first, pa.date32())).fill_null(False)
                mine = pc.if_else(now, values, pa.scalar(None, pa.string()))
                told = _told(mine, partial(self._one, key), pa.string())
                hidden = pc.coalesce(hidden, told)
        return hidden

    def _one(self, key: bytes, value: str) -> str:
        known = self._made.get((key, value))
        if known is None:
            if len(self._made) >= _MOST_REMEMBERED:
                self._made.clear()
            known = hmac.digest(key, value.encode(), "sha256").hex()[: BITS // 4]
            self._made[key, value] = known
        return known

    def _keys(self, each: Field) -> dict[date, bytes]:
        """The living keys of an identifier, by the first day of their period."""
        assert each.identifier is not None
        wanted = (each.identifier.purpose, each.identifier.period)
        found = (key for key in self.keys if (key.purpose, key.period.kind) == wanted)
        return {key.period.first: key.key for key in found}

    def _firsts(self, each: Field, rows: pa.RecordBatch) -> pa.Array:
        """The first day of the period that every row belongs to."""
        import pyarrow.compute as pc

        assert each.identifier is not None
        days = event_days(rows, self.contract, self.received_at)
        return pc.floor_temporal(days, unit=each.identifier.period)


def _told(
    values: pa.StringArray, tell: Callable[[str], str | bool | None], kind: pa.DataType
) -> pa.Array:
    """What every value tells; each distinct one is asked once."""
    import pyarrow as pa

    encoded = values.dictionary_encode()
    told = [tell(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(told, kind).take(encoded.indices)
