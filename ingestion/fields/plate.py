"""Vehicle plates: how they are spelled, wherever one is read or looked for.

Belongs here: one spelling for all, `region|number`, since what is equal must get an equal
pseudonym; what is told from a plate; how one is recognised in other texts. Does not belong here:
the pseudonym (`ingestion/privacy/pseudonyms.py`), what a message hides
(`ingestion/privacy/personal.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found
from ingestion.fields.kind import Cast, Look, Told
from ingestion.fields.place import code_sql, codes, name_sql
from ingestion.fields.text import Token
from ingestion.words.digits import plain_digits_sql

_SEPARATOR = "|"
"""Stands between the region and the number of a plate."""
_REGION = "plate_region"
"""The level of places that a plate may name."""
_LETTER = "[ก-ฮ]"
# Letters then digits, at least one of them; lorries have digits alone, guests Latin letters.
_NUMBER = (
    rf"\d{{0,2}}{_LETTER}{{1,3}}\d{{1,4}}|\d{{5,6}}"
    r"|[A-Z]{1,4}\d{1,5}[A-Z]{0,3}|\d{1,4}[A-Z]{1,4}\d{0,4}"
)
_PLATE = rf"^({_NUMBER})([ก-์]*)$"
_PLAIN = rf"\A([0-9]{{0,2}}{_LETTER}{{1,3}}[ -]?[0-9]{{1,4}}|[0-9]{{2}}-?[0-9]{{3,4}})\z"
ALONE = rf"\d?{_LETTER}{{2}}[ -]?\d{{1,4}}(?:\s+[ก-๙]+)?"
"""A text that is nothing but a plate: inside running text two consonants and a number are too
common to mean anything."""
SUSPECT = rf"{_LETTER}{{2}}[\p{{Pd}}\p{{Zs}}]?\p{{Nd}}"
"""Wider than `ALONE`, in the grammar of the engine: what has none of it is no plate."""


class Plate(Token):
    """A plate; its region stands on it, or in a field of its own.

    A known region is its code, however it is spelled: the cameras of two makers must agree.
    """

    seen = frozenset({"max_length", "thai_digits"})

    def clashes(self, field: Field, contract: SourceContract) -> Iterator[str]:
        yield from super().clashes(field, contract)
        beside = _beside(field)
        if beside is not None and beside not in {each.name for each in contract.fields}:
            yield f"no field is named {beside!r}"

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        compact = f"upper(translate({plain_digits_sql(x)}, ' .-', ''))"
        told = f"m_{v}.region"
        if beside := _beside(field):
            names = [each.name for each in contract.fields]
            told = f"coalesce(nullif({told}, ''), x{names.index(beside)}, '')"
        plain = name_sql(_REGION, told)
        known = f"coalesce({code_sql(_REGION, plain)}, {plain})"
        code = f"case when {told} <> '' then {known} else '' end"
        plate = f"{code} || '{_SEPARATOR}' || m_{v}.number"
        return Cast(
            value=f"case when m_{v}.number <> '' then {plate} end",
            parts={f"m_{v}": f"regexp_extract({compact}, '{_PLATE}', ['number', 'region'])"},
            checks=((f"{v} is null", "identifier_format"),),
            spelling=f"'{_SEPARATOR}' || {{text}} = {{value}}",
        )

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        """One at plates whose region stands beside them, as it is."""
        beside = next((each for each in contract.fields if each.name == _beside(field)), None)
        if beside is None or beside.place != _REGION:
            return None
        narrowed = beside.part or beside.letter_case or beside.joined
        return None if narrowed else Look(_plates, beside=beside.name)

    def told(self, field: Field) -> Iterator[Told]:
        yield Told(f"{field.name}_province", "varchar", "Province that the plate names")
        yield from super().told(field)


def province(plates: pa.StringArray) -> pa.StringArray:
    """The regions that plates in our spelling name, as codes if known; null if they do not."""
    named = pc.extract_regex(plates, f"^(?P<region>[^{_SEPARATOR}]+)")
    return pc.struct_field(named, "region").cast(pa.string())


def _beside(field: Field) -> str | None:
    """The name of the field with the region."""
    return field.identifier.province if field.identifier else None


def _plates(cells: pa.StringArray, beside: pa.StringArray) -> Found:
    """A Thai plate, of a car or a lorry, and the code of its region, as `region|number`."""
    regions = codes(beside, _REGION).values
    sure = glance.matched(cells, _PLAIN) & regions.is_valid().to_numpy(zero_copy_only=False)
    compact = pc.replace_substring_regex(cells, "[ -]", "")
    values = pc.binary_join_element_wise(regions, compact, _SEPARATOR)
    nothing = pa.scalar(None, pa.string())
    return Found(sure, pc.if_else(pa.array(sure), values, nothing), np.array(sure))
