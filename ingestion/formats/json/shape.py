"""The shape of a line of JSON Lines: its members in their order, each with one plain value.

A line that was read with care tells the shape. What is of the same shape is told by one regular
expression, which holds the bytes between the values as they are; of such lines `pyarrow.json` reads
what the careful reader reads, once every number has quotes around it.

Belongs here: what a contract takes from lines of one shape. Does not belong here: which lines are
held against which shape (`lines_fast.py`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from ingestion.formats.json.document import document
from ingestion.formats.json.members import Members
from ingestion.words.characters import fold
from ingestion.words.column_bytes import all_bytes

# Only behind a name there is a quote before a colon: no text, and no name, begins with one.
_TEXT = r'"(?: *[^"\\: ][^"\\]*| *)"'
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_TRUTHS = "true|false"
_MEMBER = re.compile(rf"({_TEXT} *: *)({_TEXT}|{_NUMBER}|{_TRUTHS}|null)( *[,}}] *)")
_BEGINNING = re.compile(r" *\{ *")
_BARE = rf'(" *: *)({_NUMBER}|{_TRUTHS})'


@dataclass(frozen=True)
class Shape:
    """What lines of one shape look like, and what a contract takes from them.

    Attributes
    ----------
    pattern: the regular expression of a line with its end.
    names: of the members, as they are written.
    columns: for every column of the contract the member it is read from, None where none is.
    known, new: names that the contract knows and those that it does not, folded.
    rescued: text, then a member of which the value follows, and so on: how the new ones are kept.
    truths: members that are true or false in every line, or null.
    """

    pattern: str
    names: tuple[str, ...]
    columns: tuple[int | None, ...]
    known: tuple[str, ...]
    new: tuple[str, ...]
    rescued: tuple[str | int, ...]
    truths: frozenset[int]

    def fits(self, lines: pa.StringArray) -> pa.BooleanArray:
        """Which lines are of this shape?"""
        return pc.match_substring_regex(lines, self.pattern)

    def read(self, lines: pa.StringArray) -> tuple[list[pa.Array], pa.Array]:
        """The columns of the contract from lines of this shape, and what it does not know."""
        block = pa.py_buffer(all_bytes(pc.replace_substring_regex(lines, _BARE, r'\1"\2"')))
        schema = pa.schema([(name, pa.string()) for name in self.names])
        table = pj.read_json(
            pa.BufferReader(block),
            pj.ReadOptions(use_threads=False, block_size=len(block) + 1),
            pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
        texts = [column.combine_chunks() for column in table.columns]
        nulls = pa.nulls(len(lines), pa.string())
        columns = [nulls if at is None else texts[at] for at in self.columns]
        return columns, self._kept(texts) if self.new else nulls

    def _kept(self, texts: list[pa.Array]) -> pa.Array:
        """What the contract does not know, as the careful reader keeps it."""
        pieces = [self._as_json(texts, at) if isinstance(at, int) else at for at in self.rescued]
        return pc.binary_join_element_wise(*pieces, "")

    def _as_json(self, texts: list[pa.Array], at: int) -> pa.Array:
        quote = "" if at in self.truths else '"'
        return pc.fill_null(pc.binary_join_element_wise(quote, texts[at], quote, ""), "null")


def shape_of(line: str, checker: Members) -> Shape | None:
    """The shape of a line, or None where lines like it have to be read with care."""
    record, fault = document(line, checker.limits)
    if fault or not isinstance(record, dict) or not 0 < len(record) <= checker.limits.columns:
        return None
    members: list[tuple[str, str, str]] = _MEMBER.findall(line)
    beginning = _BEGINNING.match(line)
    assert beginning is not None
    if beginning[0] + "".join(map("".join, members)) != line:
        return None
    keys = {fold(name): at for at, name in enumerate(record)}
    if len(keys) < len(record) or any(map(checker.looks_into, keys)):
        return None
    truths = {at for at, (_, value, _) in enumerate(members) if value in _TRUTHS.split("|")}
    pattern = re.escape(beginning[0])
    for (key, at), (before, _, behind) in zip(keys.items(), members, strict=True):
        plain = f"{_TEXT}|{_NUMBER}|null"
        if key not in checker.wanted:
            plain = f"{_TRUTHS}|null" if at in truths else plain
        elif checker.may_be_true(key):
            plain += f"|{_TRUTHS}"
        pattern += f"{re.escape(before)}(?:{plain}){re.escape(behind)}"
    new = {
        key: at for key, at in keys.items() if key not in checker.wanted.keys() | checker.unasked
    }
    return Shape(
        f"^{pattern}\\r?\\n?$",
        tuple(record),
        tuple(keys.get(key) for key in checker.wanted),
        tuple(key for key in checker.wanted if key in keys),
        tuple(new),
        _rescued(new),
        frozenset(truths),
    )


def _rescued(new: dict[str, int]) -> tuple[str | int, ...]:
    pieces: list[str | int] = []
    for key, at in new.items():
        pieces += [f"{', ' if pieces else '{'}{json.dumps(key, ensure_ascii=False)}: ", at]
    return (*pieces, "}")
