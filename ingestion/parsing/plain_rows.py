"""Rows whose cells are all in plain spelling: typed at once, without the casts.

Most rows of most files are such. A row is taken only where every cell is sure to be right
(`plain_cells.py`) and every rule of the contract about its values holds; any other row, and every
row of a contract with words that only the casts know, goes to the casts (`casting.py`), which say
what is wrong with it. What is taken here has the values that the casts would give it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.model import Case, Field, SourceContract
from ingestion.parsing import plain_cells
from ingestion.parsing.characters import fold
from ingestion.parsing.plain_cells import Found, Judge, Mask
from ingestion.parsing.stored_cells import stored
from ingestion.parsing.temporal import FUTURE, earliest

_ONLY_CASTS: dict[str, object] = {
    "joined": (),
    "part": None,
    "era": "common",
    "letter_case": "",
    "items": False,
    "place": None,
    "multiply": 1.0,
    "sign": None,
    "calendar": "civil",
    "formats": (),
}
"""Words of a field that are not known here, with the value that says nothing."""


@dataclass(frozen=True)
class Plain:
    """Which rows of a batch are right beyond doubt, and what they hold.

    `rows` are all rows, with the values and what stands beside them as in the result of
    `casting.cast_sql`; `_respelled<n>` only of fields that may be spelled otherwise. Of a row that
    is not taken they say nothing.
    """

    taken: Mask
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
        judges = [_judge(field) for field in contract.fields]
        known = tuple(judge for judge in judges if judge is not None)
        return cls(contract, known, now) if len(known) == len(judges) else None

    def read(self, batch: pa.RecordBatch) -> Plain:
        """Look at a batch of the shape of `records.schema`."""
        found = []
        taken = batch.column("_code").is_null().to_numpy(zero_copy_only=False)
        places = {name: place for place, name in enumerate(self.contract.columns)}
        for field, judge in zip(self.contract.fields, self.judges, strict=True):
            cells = batch.column(places[field.column])
            if pa.types.is_string(cells.type):
                found.append(judge(cells.fill_null("")))
            else:
                found.append(stored(cells, field.type))
            taken = taken & found[-1].sure & ~self._wrong(field, found[-1], cells)
        for field, own in zip(self.contract.fields, found, strict=True):
            if field.by is not None:
                taken = taken & ~self._wrong_by(field, own.values, found)
        return Plain(taken, self._rows(batch, found))

    def _rows(self, batch: pa.RecordBatch, found: list[Found]) -> pa.RecordBatch:
        nothing = pa.nulls(batch.num_rows, pa.string())
        columns = {"_record": batch.column("_record"), "_place": batch.column("_place")}
        columns["_take"] = pa.nulls(batch.num_rows, pa.int16()).fill_null(0)
        # Of a personal source no column is kept that the contract does not know.
        columns["_rescued"] = nothing if self.contract.personal else batch.column("_rescued")
        for index, (field, each) in enumerate(zip(self.contract.fields, found, strict=True)):
            columns[field.name] = each.values
            if field.missing is not None:
                columns[f"{field.name}_reason"] = nothing
            if each.respelled is not None:
                columns[f"_respelled{index}"] = pa.array(each.respelled)
        return pa.RecordBatch.from_pydict(columns)

    def _wrong(self, field: Field, found: Found, cells: pa.Array) -> Mask:
        """Cells that break a rule of their field, or have a meaning that only the casts know."""
        values, wrong = found.values, np.zeros(len(cells), bool)
        if values.null_count and self._is_needed(field):
            wrong |= values.is_null().to_numpy(zero_copy_only=False)
        if field.missing:
            meant = pa.array([*field.missing, *map(fold, field.missing)], pa.string())
            wrong |= _true(pc.is_in(cells, meant))
        if field.type in ("number", "integer"):
            wrong |= _outside(values, field.minimum, field.maximum)
            codes = pa.array([float(code) for code in field.sentinels], pa.float64())
            wrong |= _true(pc.is_in(values.cast(pa.float64(), safe=False), codes))
        if field.type in ("date", "timestamp"):
            first = datetime.combine(earliest(field), datetime.min.time(), UTC)
            moments = values.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
            wrong |= _true(pc.less(moments, pa.scalar(first, moments.type)))
            wrong |= _true(pc.greater(moments, pa.scalar(self.now + FUTURE, moments.type)))
        return wrong

    def _wrong_by(self, field: Field, own: pa.Array, found: list[Found]) -> Mask:
        """Rows that break a rule which another field of the row selects."""
        assert field.by is not None
        places = {each.name: place for place, each in enumerate(self.contract.fields)}
        chosen, wrong = found[places[field.by.column]].values, np.zeros(len(own), bool)
        for name, case in field.by.cases.items():
            of_case = _true(pc.equal(chosen, name))
            unit = found[places[field.by.unit_column]].values if field.by.unit_column else None
            wrong |= of_case & _wrong_in(case, own, unit)
        wrong &= own.is_valid().to_numpy(zero_copy_only=False)
        return wrong

    def _is_needed(self, field: Field) -> bool:
        # Of a field that says why there is no value, the casts know the words.
        return field.required or field.name in self.contract.key or field.missing is not None


def _judge(field: Field) -> Judge | None:
    """Who looks at the cells of a field; None where only the casts understand its words."""
    if any(getattr(field, word) != nothing for word, nothing in _ONLY_CASTS.items()):
        return None
    if field.identifier is not None:
        return _of_identifier(field)
    if field.type == "string":
        return _of_text(field)
    if field.type == "boolean" and field.allowed is not None:
        return None
    plainly = _OF_TYPE.get(field.type)
    return plainly and plain_cells.each_distinct(plainly)


_OF_TYPE: dict[str, Judge] = {
    "integer": plain_cells.whole_number,
    "number": plain_cells.number,
    "boolean": plain_cells.truth,
    "timestamp": plain_cells.moment,
    "date": plain_cells.day,
}


def _of_identifier(field: Field) -> Judge | None:
    assert field.identifier is not None
    kind = field.identifier.kind
    if kind == "text":
        return partial(plain_cells.text, most=field.max_length)
    return plain_cells.hardware_address if kind == "mac" else None


def _of_text(field: Field) -> Judge | None:
    if field.thai_digits:
        return None
    if field.allowed is not None:
        meanings = {
            fold(spelling): value
            for value, spellings in field.allowed.items()
            for spelling in (value, *spellings)
        }
        return partial(plain_cells.words, meanings=meanings)
    pattern = field.pattern and field.pattern.removeprefix("^").removesuffix("$")
    judge: Callable[..., Found] = plain_cells.text
    return plain_cells.each_distinct(partial(judge, most=field.max_length, pattern=pattern))


def _wrong_in(case: Case, own: pa.Array, unit: pa.Array | None) -> Mask:
    wrong = _outside(own, case.minimum, case.maximum)
    if unit is not None:
        wrong |= ~_true(pc.equal(unit, case.unit))
    return wrong


def _outside(values: pa.Array, low: float | None, high: float | None) -> Mask:
    """Numbers beyond either bound, compared as the casts compare them."""
    wrong = np.zeros(len(values), bool)
    numbers = values.cast(pa.float64(), safe=False)
    if low is not None:
        wrong |= _true(pc.less(numbers, float(low)))
    if high is not None:
        wrong |= _true(pc.greater(numbers, float(high)))
    return wrong


def _true(truths: pa.BooleanArray) -> Mask:
    found: Mask = truths.fill_null(False).to_numpy(zero_copy_only=False)
    return found
