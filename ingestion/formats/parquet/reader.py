"""Parquet files of others: pages checked by checksum, types held against the contract's.

One flipped bit in a page made 499,321 of a sum of 499,500, without an error: only readers that are
asked to verify checksums notice.

Values go on as the text they print as, so that one set of casts serves every format.
"""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused
from ingestion.formats.header import Header, match_header
from ingestion.formats.parquet.rescued import rescued_cells
from ingestion.formats.parquet.texts import holds_text, is_clean, named, points_nowhere, text_of
from ingestion.formats.parquet.times import checked, int96_columns, is_day
from ingestion.formats.raw.bytestream import open_bytes
from ingestion.formats.raw.documents import mismatch, what_is
from ingestion.limits import Limits, refuse_bomb
from ingestion.records import (
    BATCH_RECORDS,
    BatchBuilder,
    Batches,
    Fault,
    FileNotes,
    alike,
    schema,
)
from ingestion.words.characters import fault_in, fold, printable

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_MAGIC = b"PAR1"
_BATCH = 4 * BATCH_RECORDS
"""Rows come typed, so that more of them take no more memory than elsewhere."""
_AGAIN = "ask the sender for the file again"


def read_parquet(path: Path, contract: SourceContract, limits: Limits, notes: FileNotes) -> Batches:
    """Yield the records of a Parquet file; see `ingestion/records.py` for the shape of the batches.

    Raises
    ------
    Refused: not Parquet, corrupt pages or footer, columns lost, of another type, or nested.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    _refuse_other_formats(path, limits)
    # Arrow would keep all that it has read of the file as long as the file is open.
    opened = partial(pq.ParquetFile, path, page_checksum_verification=True, pre_buffer=False)
    in_micros = partial(opened, coerce_int96_timestamp_unit="us")
    try:
        file = in_micros()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise _corrupt("footer", error) from None
    notes.most_records = file.metadata.num_rows
    # A column of one value takes a few bytes, however many rows it has.
    refuse_bomb(notes.most_records * len(file.schema), path.stat().st_size, limits)
    header = _header(file.schema_arrow, contract, limits, notes)
    if repeating := _repeating(file, header):
        file = in_micros(metadata=file.metadata, read_dictionary=repeating)
    batches = file.iter_batches(_BATCH, use_threads=False)
    if old := int96_columns(file):
        coarse = opened(metadata=file.metadata, coerce_int96_timestamp_unit="ms")
        batches = checked(batches, coarse.iter_batches(_BATCH, columns=old, use_threads=False))
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise _corrupt("page", error) from None
        if batch is None:
            return
        if any(map(points_nowhere, batch.columns)):
            raise _corrupt("page", ValueError("the number of a text that is not there"))
        yield _records(batch, header, contract, limits, notes)


def _repeating(file: pq.ParquetFile, header: Header) -> list[str]:
    """The known columns of texts that are stored as numbers of distinct ones, and can be read so.

    A text that is stored as it is takes 4 bytes more than its characters.
    """
    kinds, metadata = file.schema_arrow, file.metadata
    read = [kinds.field(at) for at in header.positions if at is not None]
    wanted = {each.name for each in read if each.type == "string"}
    sizes = dict.fromkeys(wanted, 0)
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.path_in_schema in wanted:
                sizes[column.path_in_schema] += column.total_uncompressed_size
    return [name for name, size in sizes.items() if size < 4 * metadata.num_rows]


def _refuse_other_formats(path: Path, limits: Limits) -> None:
    with path.open("rb") as file:
        start = file.read(4)
        end = b""
        if path.stat().st_size >= 8:
            file.seek(-4, io.SEEK_END)
            end = file.read(4)
    if start == _MAGIC or end == _MAGIC:
        if start != end:
            what = (
                "the end of the file is missing" if start == _MAGIC else "its beginning is missing"
            )
            raise Refused("parquet_corrupt", f"no footer: {what}", "a whole Parquet file", _AGAIN)
        return
    open_bytes(path, "none", limits).close()  # names what it is, if that is known
    raise mismatch(what_is(start), "Parquet")


def _corrupt(part: str, error: Exception) -> Refused:
    said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return Refused("parquet_corrupt", f"a broken {part} ({said})", "a whole Parquet file", _AGAIN)


def _header(found: pa.Schema, contract: SourceContract, limits: Limits, notes: FileNotes) -> Header:
    try:
        header = match_header(
            list(found.names), contract.columns, limits, contract.optional_columns
        )
    except Refused as refusal:
        if refusal.code == "too_many_columns":
            raise
        raise Refused("schema_mismatch", refusal.found, refusal.expected, refusal.fix) from None
    for name, at in zip(contract.columns, header.positions, strict=True):
        for field in contract.fields:
            read = field.column == name or name in _unpivoted(contract, field)
            if read and at is not None:
                _refuse_type(name, field, found.field(at).type)
    for _, name in header.extra:
        notes.add_new_column(fold(name), "the schema", limits)
    return header


def _unpivoted(contract: SourceContract, field: Field) -> set[str]:
    return {take.take[field.name] for take in contract.unpivot if field.name in take.take}


def _refuse_type(name: str, field: Field, kind: pa.DataType) -> None:
    """Refuse a column of a type that the field's values cannot come from."""
    import pyarrow.types as is_

    texts = is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind)
    if is_.is_dictionary(kind):
        return _refuse_type(name, field, kind.value_type)
    numeric = is_.is_integer(kind) or is_.is_floating(kind) or is_.is_decimal(kind)
    textual = field.thousands or field.thai_digits or any(field.missing or ())
    naive = is_.is_timestamp(kind) and kind.tz is None
    fits = {
        "string": texts or numeric,
        "boolean": texts or is_.is_boolean(kind),
        "number": numeric or (texts and textual),
        "integer": numeric or (texts and textual),
        "year": numeric or texts,
        "date": texts or is_.is_date(kind),
        "timestamp": texts or (is_.is_timestamp(kind) and not (naive and not field.zone)),
    }
    if not (fits[field.type] or is_.is_null(kind)):
        wanted = f"a {field.type}" + (" with a zone, or `zone` in the contract" if naive else "")
        raise Refused(
            "schema_mismatch",
            f"column {name!r}: {kind}",
            wanted,
            "correct the file, or the contract if the source has changed",
        )
    return None


def _records(
    batch: pa.RecordBatch,
    header: Header,
    contract: SourceContract,
    limits: Limits,
    notes: FileNotes,
) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    first, count = notes.records + 1, batch.num_rows
    notes.records += count
    rescued = rescued_cells(batch, header)
    nothing = pa.nulls(count, pa.string())
    stored = [nothing if at is None else batch.column(at) for at in header.positions]
    columns = [
        _typed(column, contract.fields_from(name))
        for name, column in zip(contract.columns, stored, strict=True)
    ]
    texts = [column for column, kept in zip(columns, stored, strict=True) if holds_text(kept.type)]
    if not all(is_clean(column, limits) for column in texts):
        careful = _one_by_one([text_of(c) for c in stored], contract, first, rescued, limits)
        known = zip(careful.schema.names, columns, strict=False)
        return alike(careful, {n: c.type for n, c in known if pa.types.is_dictionary(c.type)})
    cells = [c.cast(pa.string()) if pa.types.is_large_string(c.type) else c for c in columns]
    numbers = pa.array(np.arange(first, first + count))
    nulls = pa.nulls(count, pa.string())
    beside = [numbers, *[nulls] * 6, rescued]
    names = schema(contract.columns).names
    return pa.RecordBatch.from_arrays([*cells, *beside], names)


def _typed(column: pa.Array, fields: tuple[Field, ...]) -> pa.Array:
    """The column as it is where its type is that of its fields in the lake; else as text.

    Texts may stay numbers of distinct ones. Where words of the contract speak of texts, they are
    held against texts.
    """
    import pyarrow as pa
    import pyarrow.types as is_

    kinds = {field.type for field in fields}
    if column.type == pa.dictionary(pa.int32(), pa.string()) and kinds == {"string"}:
        return column
    if kinds == {"string"} and is_.is_floating(column.type):
        return named(column)
    if len(kinds) != 1 or any(field.missing for field in fields):
        return text_of(column)
    kind, stored = kinds.pop(), column.type
    if kind == "timestamp" and is_.is_timestamp(stored) and stored.tz is not None:
        wanted = pa.timestamp("us", "UTC")
    elif kind in ("integer", "number") and is_.is_integer(stored):
        wanted = pa.int64()
    elif kind == "number" and is_.is_float64(stored):
        wanted = pa.float64()
    elif kind == "date" and is_.is_date32(stored) and is_day(column):
        wanted = pa.date32()
    else:
        return text_of(column)
    try:
        return column.cast(wanted)
    except pa.ArrowInvalid:  # more than fits, or finer than a microsecond
        return text_of(column)


def _one_by_one(
    columns: list[pa.Array],
    contract: SourceContract,
    first: int,
    rescued: pa.StringArray,
    limits: Limits,
) -> pa.RecordBatch:
    """A batch in which some text is bad: every row is looked at, the bad ones become faults."""
    import pyarrow as pa

    builder = BatchBuilder(contract.columns)
    cells = [column.cast(pa.large_binary()).to_pylist() for column in columns]
    for offset, row in enumerate(zip(*cells, strict=True)):
        texts = [None if c is None else c.decode("utf-8", "surrogateescape") for c in row]
        number, place = first + offset, f"row {first + offset}"
        fault = _fault(texts, contract.columns, limits)
        if fault:
            builder.add_fault(number, place, fault)
        else:
            builder.add(number, place, texts, rescued[offset].as_py())
    return builder.take()


def _fault(texts: list[str | None], columns: tuple[str, ...], limits: Limits) -> Fault | None:
    for name, text in zip(columns, texts, strict=True):
        told = fault_in(text, "utf-8") if text else None
        if text and len(text) > limits.field_chars:
            most = f"at most {limits.field_chars} characters"
            told = ("field_too_large", f"{len(text)} characters", most)
        if told:
            shown = {n: t and printable(t[:1000]) for n, t in zip(columns, texts, strict=True)}
            return Fault(*told, json.dumps(shown, ensure_ascii=False), name)
    return None
