"""Hardware (MAC) addresses: how they are spelled, wherever one is read or looked for.

Belongs here: one spelling for all, as twelve small digits, since what is equal must get an equal
pseudonym; what is told from an address; how one is recognised in other texts. Does not belong here:
the pseudonym (`ingestion/privacy/pseudonyms.py`), what a message hides
(`ingestion/privacy/personal.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found
from ingestion.fields.kind import Cast, Look, Told
from ingestion.fields.text import Token
from ingestion.words.column_bytes import Bytes, Mask, all_bytes, bytes_of, lengths, texts_of

_DIGITS = 12
# How many digits stand together, and what may stand between them, all the same.
_SPELLED = ((2, ":-"), (4, ".-"), (12, ""))
_OF_GROUPS = "13579bdf"
"""The second digit of the address of a group of devices."""
_NOBODY = "0" * _DIGITS

_HEX = "[0-9A-Fa-f]"  # with a flag for both cases a search would skip nothing
IN_TEXT = (
    rf"{_HEX}(?<![0-9A-Za-z].)(?:{_HEX}(?P<sep>[:-])(?:{_HEX}{{2}}(?P=sep)){{4}}{_HEX}{{2}}"
    rf"|{_HEX}{{3}}\.{_HEX}{{4}}\.{_HEX}{{4}}"
    rf"|(?:(?<=\d)(?=\d*[A-Fa-f])|(?<=[A-Fa-f])(?=[A-Fa-f]*\d)){_HEX}{{11}})(?![0-9A-Za-z])"
)
"""One in a longer text. Bare, it has digits and letters: twelve digits are some other number. The
first character comes before the look at what stands before it: so a search skips whatever cannot
begin a match."""
SUSPECT = rf"{_HEX}{{2}}[:\-]{_HEX}{{2}}[:\-]{_HEX}{{2}}|{_HEX}{{4}}\.{_HEX}{{4}}|{_HEX}{{12}}"
"""Wider than `IN_TEXT`, in the grammar of the engine: what has none of it holds no address."""

_IS_OF_GROUP = np.isin(np.arange(256), list(_OF_GROUPS.encode()))
_IS_LOCAL = np.isin(np.arange(256), list(b"26ae"))
_NOBODY_BYTES = np.frombuffer(_NOBODY.encode(), np.uint32)


class Mac(Token):
    """The address of one device."""

    seen = Token.seen | {"thai_digits"}

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        groups = ", ".join(f"'{digit}'" for digit in _OF_GROUPS)
        return Cast(
            value=f"translate(lower({x}), ':-.', '')",
            checks=(
                (f"not regexp_full_match(lower({x}), '{_pattern()}')", "identifier_format"),
                (f"{v}[2] in ({groups})", "identifier_multicast"),
                (f"{v} = '{_NOBODY}'", "identifier_format"),
            ),
            spelling="{text} = {value}",
        )

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        return Look(_addresses)

    def told(self, field: Field) -> Iterator[Told]:
        about = "Is the address one that the device made up (locally administered bit)?"
        yield Told(f"{field.name}_randomised", "boolean", about)
        yield from super().told(field)


def randomised(macs: pa.StringArray) -> pa.BooleanArray:
    """Is the locally administered bit of these addresses in our spelling set? Of a null, null."""
    there = macs.is_valid().to_numpy(zero_copy_only=False)
    found = np.zeros(len(macs), bool)
    found[there] = _IS_LOCAL[all_bytes(macs.drop_null()).reshape(-1, _DIGITS)[:, 1]]
    return pa.array(found, mask=~there)


def _pattern() -> str:
    """The pattern of a whole address in small letters."""
    ways = []
    for together, separators in _SPELLED:
        some = f"[0-9a-f]{{{together}}}"
        more = f"{{{_DIGITS // together - 1}}}"
        ways += [f"{some}({each.replace('.', chr(92) + '.')}{some}){more}" for each in separators]
    return "|".join([*ways, f"[0-9a-f]{{{_DIGITS}}}"])


def _addresses(cells: pa.StringArray) -> Found:
    """Pairs with : or - between them, fours with . or -, or bare digits; as twelve small digits."""
    sizes = lengths(cells)
    small = np.zeros((len(cells), _DIGITS), np.uint8)
    sure, respelled = np.zeros(len(cells), bool), np.zeros(len(cells), bool)
    for together, separators in _SPELLED:
        width = _DIGITS + _DIGITS // together - 1
        between = range(together, width, together + 1)
        chosen = sizes == width
        if not chosen.any():
            continue
        where = slice(None) if chosen.all() else chosen
        rows = bytes_of(cells, chosen).reshape(-1, width)
        lowered = _lowered(rows)
        digits = np.empty((len(rows), _DIGITS), np.uint8)
        for to, at in enumerate(at for at in range(width) if at not in between):
            digits[:, to] = lowered[:, at]
        small[where] = digits
        sure[where] = _apart([rows[:, at] for at in between], separators) & _one_device(digits)
        respelled[where] = bool(between) or (rows != lowered).any(axis=1)
    values = texts_of(small if sure.all() else small[sure], sure)
    return glance.with_empty(cells, sure, values, respelled & sure)


def _lowered(chars: Bytes) -> Bytes:
    """The small digit for every hexadecimal digit, and zero for what is none."""
    lower = chars | 0x20
    # What is before the first of a range becomes large.
    digit = (chars - ord("0") <= 9) | (lower - ord("a") <= 5)
    return np.asarray(lower * digit, np.uint8)


def _apart(between: list[Bytes], separators: str) -> Mask | bool:
    """Are they all the same one of these separators? Where there are none, nothing is wrong."""
    if not between:
        return True
    first, *others = between
    known = [first == ord(separator) for separator in separators]
    found: Mask = np.logical_or.reduce(known)
    found &= np.logical_and.reduce([at == first for at in others])
    return found


def _one_device(digits: Bytes) -> Mask:
    """Are they hexadecimal digits, and not of a group, and not all zero?"""
    somebody = np.logical_or.reduce(
        [digits.view(np.uint32)[:, at] != zeros for at, zeros in enumerate(_NOBODY_BYTES)]
    )
    well = np.logical_and.reduce([digits[:, at] != 0 for at in range(_DIGITS)])
    found: Mask = well & somebody & ~_IS_OF_GROUP[digits[:, 1]]
    return found
