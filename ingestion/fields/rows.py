"""Rows whose cells are all in plain spelling: typed at once, without the casts.

Most rows of most files are such. A row is taken only where every cell is sure to be right
(`plain_cells.py`) and every rule of the contract about its values holds; any other row, and every
row of a contract with words that only the casts know, goes to the casts (`query.py`), which say
what is wrong with it. What is taken here has the values that the casts would give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Case, Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import plain_cells, plain_identifiers
from ingestion.fields.grammar import divisor_of
from ingestion.fields.identifiers import REGION
from ingestion.fields.plain_cells import Found, Judge, of_each, true
from ingestion.fields.plain_fields import judge_of, narrowed_texts, without_codes, without_missing
from ingestion.fields.stored_cells import stored
from ingestion.fields.temporal import FUTURE, earliest
from ingestion.records import as_text
from ingestion.words.column_bytes import Mask


@dataclass(frozen=True)
class Plain:
    """Which rows of a batch are right beyond doubt, and what they hold.

    `rows` are all rows, with the values and what stands beside them as in the result of
    `casting.cast_sql`; `_respelled<n>` only of fields that may be spelled otherwise. Of a row that
    is not taken they say nothing. `wrong` are rows of which a fault is seen.
    """

    taken: Mask
    wrong: Mask
    rows: pa.RecordBatch


@dataclass(frozen=True)
class PlainRows:
    """Takes the plain rows of a contract."""

    contract: SourceContract
    judges: tuple[Judge, ...]
    now: datetime

    @classmethod
    def of(cls, contract: SourceContract, now: datetime) -> PlainRows | None:
        """Whoever takes the plain rows of this contract; None where nobody can."""
        if contract.unpivot or contract.drop_rows or contract.constants:
            return None
        judges = [judge_of(contract, field) for field in contract.fields]
        known = tuple(judge for judge in judges if judge is not None)
        return cls(contract, known, now) if len(known) == len(judges) else None

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
        for field, judge in zip(self.contract.fields, self.judges, strict=True):
            own, why = self._look(field, judge, cells)
            broken = self._wrong(field, own)
            if field.quarantine and why is not None:
                broken |= true(pc.is_in(why, pa.array(field.quarantine, pa.string())))
            taken = taken & own.sure & ~broken
            wrong = wrong | (own.sure & broken)
            found.append(own)
            if why is not None:
                reasons[field.name] = why
        for field, own in zip(self.contract.fields, found, strict=True):
            if field.by is not None:
                broken = self._wrong_by(field, own.values, found)
                wrong = wrong | (taken & broken)
                taken = taken & ~broken
        return Plain(taken, wrong, self._rows(batch, found, reasons))

    def _look(
        self, field: Field, judge: Judge, cells: Mapping[str, pa.Array]
    ) -> tuple[Found, pa.StringArray | None]:
        """What is sure of the cells of a field, and why there is no value where there is none."""
        own = cells[field.name]
        if pa.types.is_string(own.type) and field.allowed is not None:
            own = own.dictionary_encode()  # of known words there are few
        if pa.types.is_dictionary(own.type):
            if _means_all_of_it(field):
                return _of_distinct(judge, own), None
            own = own.cast(pa.string())
        if not pa.types.is_string(own.type):
            found = stored(own, field.type)
            if field.no_value is None:
                return _scaled(found, field.multiply), None
            # A value that stands for another may be among the words that mean none.
            known = found.sure & (not any(field.missing or ()))
            why = _why(found.values, field.no_value)
            found, why = without_codes(replace(found, sure=known), why, field.error_codes)
            return _scaled(found, field.multiply), why
        texts = own.fill_null("") if own.null_count else own
        narrowed, sure = narrowed_texts(field, texts)
        reason = None
        if field.no_value is not None:
            narrowed, reason = without_missing(narrowed, field.no_value)
        beside = field.identifier.province if field.identifier else None
        if beside:
            regions = plain_cells.place(cells[beside].cast(pa.string()).fill_null(""), REGION)
            found = plain_identifiers.plate(narrowed, regions.values)
        else:
            found = judge(narrowed)
            if reason is not None and field.error_codes:
                found, reason = without_codes(found, reason, field.error_codes)
            found = _scaled(found, field.multiply)
        if sure is not None:
            differs = true(pc.not_equal(found.values, texts))
            found = Found(found.sure & sure, found.values, differs)
        return found, reason

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

    def _wrong(self, field: Field, found: Found) -> Mask:
        """Cells that break a rule of their field."""
        values, wrong = found.values, np.zeros(len(found.values), bool)
        if values.null_count and (field.required or field.name in self.contract.key):
            wrong |= values.is_null().to_numpy(zero_copy_only=False)
        if field.type in ("number", "integer"):
            wrong |= _outside(values, field.minimum, field.maximum)
        if field.type in ("date", "timestamp"):
            first = datetime.combine(earliest(field), datetime.min.time(), UTC)
            moments = values.cast(pa.timestamp("us")) if field.type == "date" else values
            bounds = (_microseconds(each) for each in (first, self.now + FUTURE))
            wrong |= _beyond(moments.view(pa.int64()), *bounds)
        return wrong

    def _wrong_by(self, field: Field, own: pa.Array, found: list[Found]) -> Mask:
        """Rows that break a rule which another field of the row selects."""
        assert field.by is not None
        places = {each.name: place for place, each in enumerate(self.contract.fields)}
        chosen, wrong = found[places[field.by.column]].values, np.zeros(len(own), bool)
        for name, case in field.by.cases.items():
            of_case = true(pc.equal(chosen, name))
            unit = found[places[field.by.unit_column]].values if field.by.unit_column else None
            wrong |= of_case & _wrong_in(case, own, unit)
        wrong &= own.is_valid().to_numpy(zero_copy_only=False)
        return wrong


def _means_all_of_it(field: Field) -> bool:
    """Does nothing of a cell's value depend on another cell, or on a part of it?"""
    plain = not field.part and not field.letter_case
    return plain and field.no_value is None and field.identifier is None


def _of_distinct(judge: Judge, cells: pa.DictionaryArray) -> Found:
    """What is found in texts of which distinct ones are stored once, as are the values."""
    found = of_each(judge, cells)
    if found.values is cells:
        return found
    return replace(found, values=found.values.dictionary_encode())


def _joined(batch: pa.RecordBatch, columns: list[int]) -> pa.Array:
    """The cells of a field; of one that is joined from several columns, with blanks between."""
    if len(columns) == 1:
        return batch.column(columns[0])
    texts = [as_text(batch).column(column) for column in columns]
    return pc.binary_join_element_wise(*texts, " ", null_handling="skip")


def _scaled(found: Found, factor: float) -> Found:
    if factor == 1:
        return found
    divisor = divisor_of(factor)
    values = pc.divide(found.values, divisor) if divisor else pc.multiply(found.values, factor)
    return replace(found, values=values)


def _why(values: pa.Array, missing: Mapping[str, str]) -> pa.StringArray:
    """Why there is no value, where cells cannot say it in words."""
    nothing = pa.scalar(None, pa.string())
    return pc.if_else(values.is_null(), pa.scalar(missing.get("", "missing")), nothing)


def _wrong_in(case: Case, own: pa.Array, unit: pa.Array | None) -> Mask:
    wrong = _outside(own, case.minimum, case.maximum)
    if unit is not None:
        wrong |= ~true(pc.equal(unit, case.unit))
    return wrong


def _outside(values: pa.Array, low: float | None, high: float | None) -> Mask:
    """Numbers beyond either bound, compared as the casts compare them."""
    if (low is None and high is None) or _all_within(values, low, high):
        return np.zeros(len(values), bool)
    bounds = (None if bound is None else float(bound) for bound in (low, high))
    return _beyond(values.cast(pa.float64(), safe=False), *bounds)


def _beyond(values: pa.Array, low: float | None, high: float | None) -> Mask:
    """Which values are below or above what they may be."""
    wrong = np.zeros(len(values), bool)
    if _all_within(values, low, high):
        return wrong
    if low is not None:
        wrong |= true(pc.less(values, pa.scalar(low, values.type)))
    if high is not None:
        wrong |= true(pc.greater(values, pa.scalar(high, values.type)))
    return wrong


def _all_within(values: pa.Array, low: float | None, high: float | None) -> bool:
    """Is it told by the least and the greatest of them that all are right?"""
    ends = pc.min_max(values)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    if least is None:
        return True
    return (low is None or least >= low) and (high is None or most <= high)


def _microseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
