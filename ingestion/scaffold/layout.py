"""How the bytes of a sample are packed, written and divided into columns.

Belongs here: the words of `format`, and the names of the columns. Does not belong here: what the
cells mean (`guessing.py`). The sample is the operator's own file; it is read in bounded pieces.
"""

from __future__ import annotations

import json
from pathlib import Path

from ingestion.faults import Refused
from ingestion.formats.raw.bytestream import open_bytes
from ingestion.formats.raw.documents import what_is
from ingestion.limits import MIB, Limits
from ingestion.scaffold.members import columns_of, records_in
from ingestion.scaffold.shape import Column, Layout, SampleUnclear
from ingestion.scaffold.stored import is_workbook, parquet_layout, xlsx_layout, xml_layout
from ingestion.scaffold.tables import Table, delimited_table

MOST_BYTES = 64 * MIB
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8"}


def layout_of(path: Path) -> Layout:
    """Look at a sample.

    Raises
    ------
    SampleUnclear: it is no file that a contract could describe, or it is too large for a sample.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise SampleUnclear(f"{path} is empty", fix="take a file with some rows as the sample")
    if start.startswith(b"PAR1"):
        return Layout({"type": "parquet"}, parquet_layout(path))
    if start.startswith(b"PK\x03\x04") and is_workbook(path):
        return xlsx_layout(path)
    packed = "zip" if start.startswith(b"PK") else _packed(start)
    return _text_layout(path, packed)


def _packed(start: bytes) -> str:
    return next((name for magic, name in _PACKED.items() if start.startswith(magic)), "none")


def _text_layout(path: Path, packed: str) -> Layout:
    body = _plain_bytes(path, packed)
    encoding, text = _decoded(body, path)
    words: dict[str, object] = {"compression": packed} if packed != "none" else {}
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if begin == "<":
        return xml_layout(body, words)
    if begin in ("{", "["):
        return _json_layout(path, text, words)
    table = delimited_table(text)
    if table is None:
        raise SampleUnclear(
            f"{path} has no line with text", fix="take a file with some rows as the sample"
        )
    return _csv_layout(table, encoding, words)


def _plain_bytes(path: Path, packed: str) -> bytes:
    try:
        with open_bytes(path, packed, Limits(), json_expected=True, xml_expected=True) as stream:
            body = stream.read(MOST_BYTES + 1)
    except Refused as refusal:
        raise SampleUnclear(
            f"{path}: {refusal.code}: found {refusal.found}", expected="a file of data"
        ) from None
    if len(body) > MOST_BYTES:
        raise SampleUnclear(
            f"{path} is too large for a sample",
            expected=f"at most {MOST_BYTES // MIB} MiB when it is unpacked",
            fix="take its beginning: head -n 20000",
        )
    return body


def _decoded(body: bytes, path: Path) -> tuple[str, str]:
    """The encoding that a contract would declare, and the text."""
    marked = next((name for bom, name in _BOMS.items() if body.startswith(bom)), "")
    for encoding in (marked,) if marked else ("utf-8", "cp874"):
        try:
            text = body.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return encoding, text
    raise SampleUnclear(
        f"{path} holds {what_is(body)}, which is no text that we can read",
        expected="text in UTF-8, cp874 or UTF-16 with its mark; Parquet, XLSX or XML",
    )


def _csv_layout(table: Table, encoding: str, words: dict[str, object]) -> Layout:
    why = {"delimiter": f"{table.width} columns in {table.agreeing} of {table.looked_at} lines"}
    words = {"type": "csv", **words, "encoding": encoding}
    if encoding == "cp874":
        why["encoding"] = "no UTF-8, but Thai letters in cp874"
    if table.delimiter != ",":
        words["delimiter"] = table.delimiter
    if table.title_rows:
        words["title_rows"] = table.title_rows
        why["title_rows"] = "lines above the first that has as many columns as the rest"
    if table.unnamed:
        words["columns"] = list(table.names)
        why["columns"] = table.unnamed
    return Layout(words, tuple(Column(name) for name in table.names), why)


def _json_layout(path: Path, text: str, words: dict[str, object]) -> Layout:
    named_lines = path.name.lower().split(".")[1:2] in (["jsonl"], ["ndjson"])
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    try:
        document = None if named_lines else json.loads(text.lstrip("\ufeff"))
        documents = [json.loads(line) for line in lines] if document is None else [document]
        kind = "json_lines" if document is None else "json"
    except ValueError:
        try:
            documents, kind = [json.loads(line) for line in lines], "json_lines"
        except ValueError as error:
            raise SampleUnclear(f"{path} is no JSON ({error})", fix="correct the file") from None
    found = records_in(documents, one_a_line=kind == "json_lines")
    if found is None:
        raise SampleUnclear(
            f"{path} holds no list of JSON objects",
            expected="objects, one a line, or a list of them somewhere in the document",
        )
    record_path, records = found
    words = {"type": kind, **words}
    why = {}
    if record_path:
        words["record_path"] = list(record_path)
        why["record_path"] = f"the longest list of objects: {len(records)} records"
    columns = tuple(Column(name, kind) for name, kind in columns_of(records))
    return Layout(words, columns, why)
