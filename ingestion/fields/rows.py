"""Rows whose cells are all in plain spelling: typed at once, without the casts.

Most rows of most files are such. A row is taken only where every cell is sure to be right (as the
look of its kind says) and every rule of the contract about its values holds; any other row, and
every row of a contract with a word that is not seen here, goes to the casts (`query.py`), which say
what is wrong with it. What is taken here has the values that the casts would give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import look_of
from ingestion.fields.glance import Found, narrowed, of_each, true, without_codes, without_missing
from ingestion.fields.kind import Look, said
from ingestion.records import as_text
from ingestion.words.column_bytes import Mask

_SEEN = frozenset(
    {"id", "version", "title", "description", "domain", "owner", "licence", "classification"}
    | {"fetch", "cadence", "delivery", "lookback_days", "format", "strip", "repeats", "tolerance"}
    | {"day", "issued", "fields", "key"}
)
"""Words of a source that say nothing of how a row comes from a record, or are known here."""


@dataclass(frozen=True)
class Plain:
    """Which rows of a batch are right beyond doubt, and what they hold.

    `rows` are all rows, with the values and what stands beside them as in the result of
    `query.cast_sql`; `_respelled<n>` only of fields that may be spelled otherwise. Of a row that
    is not taken they say nothing. `wrong` are rows of which a fault is seen.
    """

    taken: Mask
    wrong: Mask
    rows: pa.RecordBatch


@dataclass(frozen=True)
class PlainRows:
    """Takes the plain rows of a contract."""

    contract: SourceContract
    looks: tuple[Look, ...]
    now: datetime

    @classmethod
    def of(cls, contract: SourceContract, now: datetime) -> PlainRows | None:
        """Whoever takes the plain rows of this contract; None where nobody can."""
        if not said(contract) <= _SEEN:
            return None
        looks = [look_of(field, contract) for field in contract.fields]
        known = tuple(look for look in looks if look is not None)
        return cls(contract, known, now) if len(known) == len(looks) else None

    def read(self, batch: pa.RecordBatch) -> Plain:
        """Look at a batch of the shape of `records.schema`."""
        found, reasons = [], {}
        taken = batch.column("_code").is_null().to_numpy(zero_copy_only=False)
        wrong = ~taken
        places = {name: place for place, name in enumerate(self.contract.columns)}
        cells = {
            each.name: _joined(batch, [places[name] for name in (each.column, *each.joined)])
            for each in self.contract.fields
        }
        for field, look in zip(self.contract.fields, self.looks, strict=True):
            own, why = _looked(field, look, cells)
            broken = self._lacking(field, own.values) | look.broken(own.values, self.now)
            if field.quarantine and why is not None:
                broken |= true(pc.is_in(why, pa.array(field.quarantine, pa.string())))
            taken = taken & own.sure & ~broken
            wrong = wrong | (own.sure & broken)
            found.append(own)
            if why is not None:
                reasons[field.name] = why
        values = {
            field.name: own.values for field, own in zip(self.contract.fields, found, strict=True)
        }
        for field, look in zip(self.contract.fields, self.looks, strict=True):
            if look.crossed is not None:
                broken = look.crossed(values[field.name], values)
                wrong = wrong | (taken & broken)
                taken = taken & ~broken
        return Plain(taken, wrong, self._rows(batch, found, reasons))

    def _rows(
        self, batch: pa.RecordBatch, found: list[Found], reasons: Mapping[str, pa.StringArray]
    ) -> pa.RecordBatch:
        nothing = pa.nulls(batch.num_rows, pa.string())
        columns = {"_record": batch.column("_record"), "_place": batch.column("_place")}
        columns["_take"] = pa.nulls(batch.num_rows, pa.int16()).fill_null(0)
        # Of a personal source no column is kept that the contract does not know.
        columns["_rescued"] = nothing if self.contract.personal else batch.column("_rescued")
        for index, (field, each) in enumerate(zip(self.contract.fields, found, strict=True)):
            columns[field.name] = each.values
            if field.name in reasons:
                columns[f"{field.name}_reason"] = reasons[field.name]
            if each.respelled is not None:
                columns[f"_respelled{index}"] = pa.array(each.respelled)
        return pa.RecordBatch.from_pydict(columns)

    def _lacking(self, field: Field, values: pa.Array) -> Mask:
        """Cells without a value that must have one."""
        if values.null_count and (field.required or field.name in self.contract.key):
            lacking: Mask = values.is_null().to_numpy(zero_copy_only=False)
            return lacking
        return np.zeros(len(values), bool)


def _looked(
    field: Field, look: Look, cells: Mapping[str, pa.Array]
) -> tuple[Found, pa.StringArray | None]:
    """What is sure of the cells of a field, and why there is no value where there is none."""
    own = cells[field.name]
    if pa.types.is_string(own.type) and field.allowed is not None:
        own = own.dictionary_encode()  # of known words there are few
    if pa.types.is_dictionary(own.type):
        if _means_all_of_it(field):
            return _of_distinct(look, own), None
        own = own.cast(pa.string())
    if not pa.types.is_string(own.type):
        return _stored(field, look, own)
    texts = own.fill_null("") if own.null_count else own
    meant, sure = narrowed(field, texts)
    reason = None
    if field.no_value is not None:
        meant, reason = without_missing(meant, field.no_value)
    beside = [cells[look.beside].cast(pa.string()).fill_null("")] if look.beside else []
    found = look.texts(meant, *beside)
    if reason is not None and field.error_codes:
        found, reason = without_codes(found, reason, field.error_codes)
    found = look.meant(found)
    if sure is not None:
        differs = true(pc.not_equal(found.values, texts))
        found = Found(found.sure & sure, found.values, differs)
    return found, reason


def _stored(field: Field, look: Look, own: pa.Array) -> tuple[Found, pa.StringArray | None]:
    """The same of cells that a file stores as what they are."""
    if look.stored is None:
        raise TypeError(f"field {field.name} has no look at cells stored as {own.type}")
    found = look.stored(own)
    if field.no_value is None:
        return look.meant(found), None
    # A value that stands for another may be among the words that mean none.
    known = found.sure & (not any(field.missing or ()))
    why = _why(found.values, field.no_value)
    found, why = without_codes(replace(found, sure=known), why, field.error_codes)
    return look.meant(found), why


def _means_all_of_it(field: Field) -> bool:
    """Does nothing of a cell's value depend on another cell, or on a part of it?"""
    plain = not field.part and not field.letter_case
    return plain and field.no_value is None and field.identifier is None


def _of_distinct(look: Look, cells: pa.DictionaryArray) -> Found:
    """What is found in texts of which distinct ones are stored once, as are the values."""
    found = look.meant(of_each(look.texts, cells))
    if found.values is cells:
        return found
    return replace(found, values=found.values.dictionary_encode())


def _joined(batch: pa.RecordBatch, columns: list[int]) -> pa.Array:
    """The cells of a field; of one that is joined from several columns, with blanks between."""
    if len(columns) == 1:
        return batch.column(columns[0])
    texts = [as_text(batch).column(column) for column in columns]
    return pc.binary_join_element_wise(*texts, " ", null_handling="skip")


def _why(values: pa.Array, missing: Mapping[str, str]) -> pa.StringArray:
    """Why there is no value, where cells cannot say it in words."""
    nothing = pa.scalar(None, pa.string())
    return pc.if_else(values.is_null(), pa.scalar(missing.get("", "missing")), nothing)
