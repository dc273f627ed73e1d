"""Quarantined rows as lines that a person can act on."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.model import SourceContract
from ingestion.parsing.characters import printable, visible
from ingestion.parsing.explaining import Explanation, explain
from ingestion.parsing.outcome import QuarantinedRow
from ingestion.personal import HIDDEN, hide, redact
from ingestion.privacy.discretion import quarantined_row

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SHOWN_OF_CELL, _SHOWN_OF_FAULT = 40, 200
_KEPT_OF_RECORD = 100_000


def write_quarantine(
    con: duckdb.DuckDBPyConnection,
    contract: SourceContract,
    rows: Iterable[pa.RecordBatch],
    path: Path,
    now: datetime,
) -> None:
    """Write rows with `casting.fault_columns` as JSON Lines of `QuarantinedRow`, as in the file."""
    import pyarrow as pa

    found = iter(rows)
    head = next(found)
    texts = ", ".join(name for name in head.schema.names if name.startswith("_text"))
    reader = pa.RecordBatchReader.from_batches(head.schema, itertools.chain([head], found))
    con.register("bad", reader)
    cursor = con.execute(f"""
        select _record, _place, _column, _code, _found, _expected, _raw, {texts}
        from bad order by _record, _column, {texts}""")
    with path.open("w", encoding="utf-8") as file:
        while rows := cursor.fetchmany(10_000):
            for record, place, column, code, found, expected, raw, *cells in rows:
                row = dict(zip((f.name for f in contract.fields), cells, strict=True))
                told = Explanation(column or "", found or "", expected or "")
                if code == "dup_conflict":
                    expected = "one row per key, or rows that are equal"
                    told = Explanation(", ".join(contract.key), found or "", expected)
                elif expected is None:
                    told = explain(contract, column, code, row, now)
                most = _SHOWN_OF_CELL if expected is None else _SHOWN_OF_FAULT
                line = QuarantinedRow(
                    record=record,
                    place=place,
                    column=told.column,
                    code=code,
                    found=told.found,
                    expected=told.expected,
                    raw=raw if raw is not None else json.dumps(row, ensure_ascii=False),
                )
                file.write(_discreet(line, contract, most).model_dump_json() + "\n")
    con.unregister("bad")


def _discreet(line: QuarantinedRow, contract: SourceContract, most: int) -> QuarantinedRow:
    """The line as it may be kept and shown."""
    if contract.personal:
        return quarantined_row(line, contract)
    found = HIDDEN if hide(line.found) != line.found else visible(line.found, most)
    raw = redact(printable(line.raw[:_KEPT_OF_RECORD]))
    return line.model_copy(update={"found": found, "raw": raw})
