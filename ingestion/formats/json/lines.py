"""JSON read strictly: a record a line, documents whose records lie at a path, answers of APIs.

Numbers keep the text they were written in, so that the casts see what the sender wrote. A key
twice, NaN, or a value that is a list or an object is a fault of that record. Does not belong here:
what one JSON text may be (`document.py`), members of records (`members.py`), and the forms of
SensorThings and NGSI-LD (`sensorthings.py`, `ngsi_ld.py`).
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from ingestion.contracts.formats import Json, JsonLines, NgsiLdPages, SensorThingsPages
from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused
from ingestion.formats.json.document import document
from ingestion.formats.json.lines_fast import Block, BlockReader
from ingestion.formats.json.members import ROW_NUMBER, Members
from ingestion.formats.json.ngsi_ld import UNASKED, entity_records
from ingestion.formats.json.sensorthings import LINKS, observations
from ingestion.formats.raw import line_blocks
from ingestion.formats.raw.ahead import FEW, ahead
from ingestion.formats.raw.bytestream import open_bytes, stream_of
from ingestion.formats.raw.documents import error_document, json_error, mismatch
from ingestion.formats.raw.text_blocks import IN_BLOCKS, after_blank_lines, blocks
from ingestion.limits import Limits
from ingestion.records import BatchBuilder, Batches, Fault, FileNotes
from ingestion.words.characters import decode, fault_in, fold, lines, printable

Declared = JsonLines | Json | SensorThingsPages | NgsiLdPages
_UNASKED = {"sensorthings": LINKS, "ngsi_ld": UNASKED}


def read_json_lines(
    path: Path,
    contract: SourceContract,
    declared: Declared,
    limits: Limits,
    notes: FileNotes,
    *,
    fast: bool = True,
) -> Batches:
    """Yield the records of a JSON file; see `ingestion/records.py` for the shape of the batches.

    With a record path, every line (or the whole file) is one document, such as a page of an API,
    and the records are the members of the list at that path.

    Parameters
    ----------
    fast: may blocks be read at once that need no care? The result is the same.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    unasked = _UNASKED.get(declared.type, frozenset({ROW_NUMBER}))
    checker = Members(contract, limits, notes, unasked=unasked)
    reading = _Reading(declared, checker, BatchBuilder(contract.columns))
    with open_bytes(path, declared.compression, limits, json_expected=True) as stream:
        text, notes.encoding = decode(stream, "utf-8")
        if fast and not reading.paged and notes.encoding in IN_BLOCKS:
            yield from _in_blocks(text, reading)
        else:
            yield from reading.batches(text)
    if not reading.seen:
        raise Refused(
            "empty_file",
            "0 records: no line with text",
            "JSON",
            "ask the sender for the file again",
        )
    yield reading.builder.take()


def _in_blocks(text: io.TextIOWrapper, reading: _Reading) -> Batches:
    """The records of a file read block by block, each block at once or line by line."""
    whole, encoding = blocks(cast(IO[bytes], text.buffer), line_blocks.BLOCK), text.encoding
    reader = BlockReader(reading.checker)
    with closing(ahead(((block, reader.lines(block)) for block in whole), FEW)) as cut:
        for whole_block, lines in cut:
            blank, block = after_blank_lines(whole_block)
            if blank:
                reading.skip(blank)
                lines = reader.lines(block) if block else None
            if not block:
                continue
            read = reader.read(lines) if lines and reading.seen else None
            if read is not None:
                if not reading.builder.empty():
                    yield reading.builder.take()
                yield reading.batch(read)
                reading.checker.notes.open_end = not block.endswith(b"\n")
                continue
            # Until a block ends, nobody knows whether the line does.
            rest = (further for further, _ in cut)
            parts = [block] if block.endswith(b"\n") else itertools.chain([block], rest)
            yield from reading.batches(
                io.TextIOWrapper(stream_of(iter(parts)), encoding, "surrogateescape", newline="")
            )
            encoding = "utf-8"


class _Reading:
    """One file while its records are read, one by one or as a block."""

    def __init__(self, declared: Declared, checker: Members, builder: BatchBuilder) -> None:
        self.checker, self.builder = checker, builder
        self.paged = not isinstance(declared, JsonLines) or bool(declared.record_path)
        self.seen = False
        """Was there a line with text?"""
        self._declared = declared
        self._lines = 0

    def skip(self, lines: int) -> None:
        """Leave out lines without text."""
        self._lines += lines

    def batches(self, text: io.TextIOBase) -> Batches:
        """The records of more text; the last of them wait in the builder."""
        for place, record, fault, above in self._records(text):
            self._add(place, record, fault, above)
            if self.builder.full():
                yield self.builder.take()

    def batch(self, block: Block) -> pa.RecordBatch:
        """The records of a block that was read at once, those set aside among them."""
        notes = self.checker.notes
        records, lines = notes.records, self._lines
        shapes = ((int(part.at[0]), None, part.shape.new) for part in block.parts)
        aside = ((at, line, ()) for at, line in block.aside)
        for at, line, new in sorted(itertools.chain(shapes, aside), key=lambda each: each[0]):
            place = f"line {lines + at + 1}"
            for name in new:
                notes.add_new_column(name, place, self.checker.limits)
            if line is not None:
                notes.records = records + at
                self._add(place, *_document(line, True, self._most, self.checker), None)
        for part in block.parts:
            notes.named_in += len(part.at)
            notes.unnamed.difference_update(part.shape.known)
        notes.records, self._lines = records + block.lines, lines + block.lines
        return block.batch(self.builder.take(), records + 1, lines + 1)

    @property
    def _most(self) -> int:
        limits = self.checker.limits
        return limits.document_chars if self.paged else limits.record_chars

    def _add(
        self, place: str, record: object, fault: Fault | None, above: dict[str, object] | None
    ) -> None:
        notes = self.checker.notes
        notes.records += 1
        if fault is None and not isinstance(record, dict):
            fault = Fault("json_not_object", type(record).__name__, "an object", str(record)[:1000])
        if fault is None:
            assert isinstance(record, dict)
            fault = self.checker.add(self.builder, place, record, above)
        if fault is not None:
            self.builder.add_fault(notes.records, place, fault)

    def _records(
        self, text: io.TextIOBase
    ) -> Iterator[tuple[str, object, Fault | None, dict[str, object] | None]]:
        """Records with their place and what stands above them, or the fault of a line."""
        checker, notes, before = self.checker, self.checker.notes, self._lines
        whole_file = _is_document(self._declared)
        each = _all(text, self._most) if whole_file else lines(text, self._most)
        for number, line, whole in each:
            self._lines = before + number
            notes.open_end = not whole_file and not line.endswith(("\n", "\r"))
            if not line.strip():
                continue
            found, fault = _document(line, whole, self._most, checker)
            if fault and whole_file:
                raise Refused(fault.code, fault.found, fault.expected, "correct the file")
            if not self.seen and not fault:
                _refuse_other_shapes(found, self.paged, line, checker)
            self.seen = True
            if not self.paged or fault:
                yield f"line {self._lines}", found, fault, None
                continue
            above = checker.above(found)
            where = "" if whole_file else f"line {self._lines}, "
            inside = _inside(found, self._declared, line, notes, checker.entity)
            for index, (record, wrong) in enumerate(inside, 1):
                yield f"{where}record {index}", record, wrong, above


def _is_document(declared: Declared) -> bool:
    return isinstance(declared, Json) or getattr(declared, "layout", "lines") == "document"


def _all(text: io.TextIOBase, most: int) -> Iterator[tuple[int, str, bool]]:
    """The whole text as if it were one line."""
    parts, size = [], 0
    for _, part, whole in lines(text, most):
        parts.append(part)
        size += len(part)
        if size > most or not whole:
            found = f"a document of more than {most} characters"
            fix = "split the file, or raise the limit if it is honest"
            raise Refused("document_too_large", found, f"at most {most} characters", fix)
    yield 1, "".join(parts), True


def _inside(
    found: object, declared: Declared, line: str, notes: FileNotes, kind: str
) -> Iterable[tuple[object, Fault | None]]:
    """The records in a document, or why one of them is none."""
    if isinstance(declared, SensorThingsPages):
        return observations(_at_path(found, ("value",), line), notes)
    if isinstance(declared, NgsiLdPages):
        return entity_records(found, kind)
    single = isinstance(declared, Json) and declared.one_record
    return ((record, None) for record in _at_path(found, declared.record_path, line, single=single))


def _document(line: str, whole: bool, most: int, checker: Members) -> tuple[object, Fault | None]:
    if not whole:
        found = f"a line of more than {most} characters"
        raw = printable(line[:1000])
        return None, Fault("field_too_large", found, f"at most {most} characters", raw)
    bare = line.strip()
    if told := fault_in(bare, checker.notes.encoding):
        code, found, wanted = told
        return None, Fault(code, found, wanted, printable(bare))
    return document(bare, checker.limits)


def _refuse_other_shapes(found: object, paged: bool, line: str, checker: Members) -> None:
    """Refuse a file whose first document shows that it is no JSON Lines of records."""
    if paged:
        return
    if isinstance(found, list):
        raise mismatch("a JSON array", "one JSON object a line")
    if isinstance(found, dict) and not any(fold(key) in checker.wanted for key in found):
        error = json_error(line.encode("utf-8", "surrogateescape"))
        if error:
            raise error_document(error)


def _at_path(
    found: object, path: tuple[str, ...], line: str, *, single: bool = False
) -> list[object]:
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, list):
        return found
    if error := json_error(line.encode("utf-8", "surrogateescape")):
        raise error_document(error)
    if single and isinstance(found, dict):
        return [found]
    place = f"at {'.'.join(path)}" if path else "at the top"
    raise Refused(
        "error_document",
        f"a document that begins {line[:60]!r}",
        f"a list {place}",
        "correct record_path, or ask the source",
    )
