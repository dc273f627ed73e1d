"""Identifiers out, pseudonyms in: HMAC-SHA-256 under the period's key.

A hash without a key hides nobody: all addresses of one maker of devices fell in 19 seconds of one
core, all Thai plates without their province in under four minutes (tried).

A pseudonym is the first 128 bits, as 32 hexadecimal digits. The same device has the same one
within a period (of its event time, in Asia/Bangkok) and in every source of one purpose; nothing
joins two periods but the hours after midnight that a contract asks for (`overlap_hours`), in
which a row also carries yesterday's pseudonym as `<field>_previous`.

Keys stay in this process: no SQL text, and so no error message, holds one.
Does not belong here: spelling (`fields/identifiers.py`), keys (`periods.py`).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.identifiers import province, randomised
from ingestion.privacy.known_texts import WIDEST, KnownTexts
from ingestion.privacy.periods import PeriodKey
from ingestion.sources.event_days import event_days, event_hours, event_span
from ingestion.words.column_bytes import Bytes, lengths, texts_of

if TYPE_CHECKING:
    import pyarrow as pa

BITS = 128
_DIGITS = BITS // 4
_MOST_REMEMBERED = 1_000_000
"""Pseudonyms of one key; devices come back, so that most need not be made again."""


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
    """The pseudonyms under one key that were made last, each of them once."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._forget()

    def pseudonyms(self, values: pa.StringArray) -> pa.StringArray:
        """The pseudonym of every value; null where there is none."""
        import pyarrow as pa

        there = values.is_valid().to_numpy(zero_copy_only=False)
        texts = values.drop_null()
        if lengths(texts).max(initial=0) > WIDEST:
            each = texts.dictionary_encode()
            return texts_of(self._made(each.dictionary)[each.indices.to_numpy()], there)
        if len(self._known) > _MOST_REMEMBERED:
            self._forget()
        at = self._known.places(texts)
        if (new := at < 0).any():
            unknown = texts.filter(pa.array(new))
            self._remember(unknown.unique())
            at[new] = self._known.places(unknown)
        return texts_of(self._hidden.take(at, axis=0), there)

    def _forget(self) -> None:
        self._known, self._hidden = KnownTexts(), np.zeros((0, _DIGITS), np.uint8)

    def _remember(self, values: pa.StringArray) -> None:
        self._known.add(values)
        self._hidden = np.concatenate([self._hidden, self._made(values)])

    def _made(self, values: pa.StringArray) -> Bytes:
        """The digits of every pseudonym."""
        made = (hmac.digest(self._key, text.encode(), "sha256") for text in values.to_pylist())
        digits = b"".join(digest[: BITS // 8] for digest in made).hex()
        return np.frombuffer(digits.encode(), np.uint8).reshape(-1, _DIGITS)
