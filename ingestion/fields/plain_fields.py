"""Who looks at the cells of a field at a glance, and in which texts.

Belongs here: which of the looks of `plain_cells.py`, `plain_times.py` and `plain_identifiers.py`
knows the words of a field, if any. Does not belong here: rows (`rows.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import plain_cells, plain_identifiers, plain_times
from ingestion.fields.identifiers import REGION
from ingestion.fields.plain_cells import Found, Judge
from ingestion.words.characters import fold
from ingestion.words.column_bytes import Mask, lengths
from ingestion.words.engine_words import whole_text

_ONLY_CASTS: dict[str, object] = {
    "era": "common",
    "items": False,
    "sign": None,
    "calendar": "civil",
}
"""Words of a field that are not known here, with the value that says nothing."""
_LETTERS = {"upper": pc.ascii_upper, "lower": pc.ascii_lower}


def judge_of(contract: SourceContract, field: Field) -> Judge | None:
    """Who looks at the cells of a field; None where only the casts understand its words."""
    if any(getattr(field, word) != nothing for word, nothing in _ONLY_CASTS.items()):
        return None
    if (field.part or field.letter_case) and (field.type != "string" or not _has_number(field)):
        return None
    if field.identifier is not None:
        return _of_identifier(contract, field)
    if field.place:
        return partial(plain_cells.place, level=field.place)
    if field.type == "string":
        return _of_text(field)
    if field.type == "timestamp":
        return _of_moment(field)
    if (field.type == "boolean" and field.allowed is not None) or field.formats:
        return None
    plainly = _OF_TYPE.get(field.type)
    return plainly and plain_cells.each_distinct(plainly)


_OF_TYPE: dict[str, Judge] = {
    "integer": plain_cells.whole_number,
    "number": plain_cells.number,
    "boolean": plain_cells.truth,
    "date": plain_times.day,
}


def _has_number(field: Field) -> bool:
    return field.part is None or field.part.number != 0


def _of_identifier(contract: SourceContract, field: Field) -> Judge | None:
    assert field.identifier is not None
    words = field.identifier
    if words.kind == "text":
        return None if field.thai_digits else partial(plain_cells.text, most=field.max_length)
    if words.kind == "mac":
        return plain_identifiers.hardware_address
    if words.province is None or field.part or field.letter_case:
        return None
    beside = contract.field(words.province)
    if beside.place != REGION or beside.part or beside.letter_case or beside.joined:
        return None
    return plain_identifiers.plate_alone  # `_look` has its region


def _of_moment(field: Field) -> Judge | None:
    if field.formats:
        (count, *more) = field.formats
        if more or count not in plain_times.COUNTS:
            return None
        return partial(plain_times.counted_moment, count=count)
    if not field.zone:
        return plain_cells.each_distinct(plain_times.moment)
    if field.zone not in plain_times.ZONES:
        return None
    return plain_cells.each_distinct(partial(plain_times.moment_in, zone=field.zone))


def _of_text(field: Field) -> Judge | None:
    if field.thai_digits:
        return None
    if field.allowed is not None:
        meanings = {
            fold(spelling): value
            for value, spellings in field.allowed.items()
            for spelling in (value, *spellings)
        }
        return partial(plain_cells.words, meaning=meanings.get)
    pattern = field.pattern and whole_text(field.pattern)
    judge: Callable[..., Found] = plain_cells.text
    return plain_cells.each_distinct(partial(judge, most=field.max_length, pattern=pattern))


def narrowed_texts(field: Field, texts: pa.StringArray) -> tuple[pa.StringArray, Mask | None]:
    """The part of the texts that is meant, in the letters that are; and of which that is sure."""
    if not field.part and not field.letter_case:
        return texts, None
    sure = plain_cells.unchanged(texts) | (lengths(texts) == 0)
    if field.part:
        texts = plain_cells.part(texts, field.part.separator, field.part.number)
    if field.letter_case:
        sure &= pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
        texts = _LETTERS[field.letter_case](texts)
    return texts, sure


def without_missing(
    texts: pa.StringArray, missing: Mapping[str, str]
) -> tuple[pa.StringArray, pa.StringArray]:
    """The texts without words that mean that there is no value, and why there is none."""
    words = {fold(word): reason for word, reason in missing.items() if word}
    if words:
        meant = pc.index_in(texts, pa.array(list(words), pa.string()))
        why = pa.array(list(words.values()), pa.string()).take(meant)
        if meant.null_count < len(meant):
            texts = pc.if_else(meant.is_valid(), "", texts)
    else:
        why = pa.nulls(len(texts), pa.string())
    empty = pc.and_(pc.equal(pc.binary_length(texts), 0), why.is_null())
    return texts, pc.if_else(empty, missing.get("", "missing"), why)


def without_codes(
    found: Found, why: pa.StringArray, codes: Mapping[float, str]
) -> tuple[Found, pa.StringArray]:
    """What was found without the numbers that mean no value, and why there is none."""
    # Minus nothing is nothing: Arrow would tell them apart.
    numbers = pc.add(found.values.cast(pa.float64(), safe=False), 0.0)
    meant = pc.index_in(numbers, pa.array([code + 0.0 for code in codes], pa.float64()))
    if meant.null_count == len(meant):
        return found, why
    reasons = pa.array(list(codes.values()), pa.string()).take(meant)
    nothing = pa.scalar(None, found.values.type)
    values = pc.if_else(meant.is_valid(), nothing, found.values)
    return replace(found, values=values), pc.coalesce(why, reasons)
