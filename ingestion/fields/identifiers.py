"""One spelling for every identifier, as SQL: what is equal must get an equal pseudonym.

Belongs here: the grammar of identifiers, and the columns that are told from one before it goes.
Does not belong here: the pseudonym (`pseudonyms.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.grammar import Cast
from ingestion.fields.meaning import place_code, place_name
from ingestion.words.column_bytes import all_bytes

if TYPE_CHECKING:
    import pyarrow as pa

MAC_DIGITS = 12
"""Of a normalised hardware address."""
SEPARATOR = "|"
"""Stands between the region and the number of a plate."""

_PAIRS = r"[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{2}(-[0-9a-f]{2}){5}"
_FOURS = r"[0-9a-f]{4}(\.[0-9a-f]{4}){2}|[0-9a-f]{4}(-[0-9a-f]{4}){2}"
_MAC = f"{_PAIRS}|{_FOURS}|[0-9a-f]{{12}}"
_GROUP = "'1', '3', '5', '7', '9', 'b', 'd', 'f'"
_LOCAL = np.isin(np.arange(256), list(b"26ae"))
_THAI_DIGITS = "'๐๑๒๓๔๕๖๗๘๙', '0123456789'"
# Letters then digits, at least one of them; lorries have digits alone, guests Latin letters.
_NUMBER = r"\d{0,2}[ก-ฮ]{1,3}\d{1,4}|\d{5,6}|[A-Z]{1,4}\d{1,5}[A-Z]{0,3}|\d{1,4}[A-Z]{1,4}\d{0,4}"
_PLATE = rf"^({_NUMBER})([ก-์]*)$"
REGION = "plate_region"
"""The level of places that a plate may name."""


def cast_identifier(contract: SourceContract, field: Field, x: str, v: str) -> Cast:
    """The cast of an identifier over the columns `x` (its text) and `v` (its one spelling)."""
    assert field.identifier is not None
    if field.identifier.kind == "mac":
        return _mac(x, v)
    if field.identifier.kind == "plate":
        return _plate(contract, field, x, v)
    too_long = (f"length({x}) > {field.max_length}", "identifier_format")
    return Cast(x, (too_long,), spelling="{text} = {value}")


def randomised(macs: pa.StringArray) -> pa.BooleanArray:
    """Is the locally administered bit of these normalised addresses set? Of a null, null."""
    import pyarrow as pa

    there = macs.is_valid().to_numpy(zero_copy_only=False)
    found = np.zeros(len(macs), bool)
    found[there] = _LOCAL[all_bytes(macs.drop_null()).reshape(-1, MAC_DIGITS)[:, 1]]
    return pa.array(found, mask=~there)


def province(plates: pa.StringArray) -> pa.StringArray:
    """The regions that normalised plates name, as codes if they are known; null if they do not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pc.extract_regex(plates, f"^(?P<region>[^{SEPARATOR}]+)")
    return pc.struct_field(named, "region").cast(pa.string())


def _mac(x: str, v: str) -> Cast:
    """Pairs with : or -, fours with . or -, or bare, in either case, to twelve small digits."""
    return Cast(
        value=f"translate(lower({x}), ':-.', '')",
        checks=(
            (f"not regexp_full_match(lower({x}), '{_MAC}')", "identifier_format"),
            (f"{v}[2] in ({_GROUP})", "identifier_multicast"),
            (f"{v} = '000000000000'", "identifier_format"),
        ),
        spelling="{text} = {value}",
    )


def _plate(contract: SourceContract, field: Field, x: str, v: str) -> Cast:
    """A plate to `region|number`; the region is that of the cell, else of its own field.

    A known region is its code, however it is spelled: the cameras of two makers must agree.
    """
    assert field.identifier is not None
    compact = f"upper(translate(translate({x}, {_THAI_DIGITS}), ' .-', ''))"
    told = f"m_{v}.region"
    if beside := field.identifier.province:
        names = [each.name for each in contract.fields]
        told = f"coalesce(nullif({told}, ''), x{names.index(beside)}, '')"
    plain = place_name(REGION, told)
    code = f"case when {told} <> '' then coalesce({place_code(REGION, plain)}, {plain}) else '' end"
    return Cast(
        value=f"case when m_{v}.number <> '' then {code} || '{SEPARATOR}' || m_{v}.number end",
        parts={f"m_{v}": f"regexp_extract({compact}, '{_PLATE}', ['number', 'region'])"},
        checks=((f"{v} is null", "identifier_format"),),
        spelling=f"'{SEPARATOR}' || {{text}} = {{value}}",
    )
