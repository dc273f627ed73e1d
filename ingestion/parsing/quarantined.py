"""Quarantined rows as lines that a person can act on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.model import Case, SourceContract
from ingestion.parsing.casting import canonical, expected, quote
from ingestion.parsing.outcome import QuarantinedRow

if TYPE_CHECKING:
    import duckdb

_SHOWN = 40


def write_quarantine(con: duckdb.DuckDBPyConnection, contract: SourceContract, path: Path) -> None:
    """Write the view `quarantined` as JSON Lines of `QuarantinedRow`, in the order of the file."""
    texts = [quote(f"t_{field.name}") for field in contract.fields]
    cursor = con.execute(f"""
        select _record, _place, _column, _code, _found, _expected, _raw, {", ".join(texts)}
        from quarantined order by _record, _column, {", ".join(texts)}""")
    with path.open("w", encoding="utf-8") as file:
        while rows := cursor.fetchmany(10_000):
            for record, place, column, code, found, wanted, raw, *cells in rows:
                row = dict(zip((f.name for f in contract.fields), cells, strict=True))
                if wanted is None:
                    column, found, wanted = _explain(contract, column, code, found, row)
                line = QuarantinedRow(
                    record=record,
                    place=place,
                    column=column or "",
                    code=code,
                    found=_visible(found or ""),
                    expected=wanted,
                    raw=raw if raw is not None else json.dumps(row, ensure_ascii=False),
                )
                file.write(line.model_dump_json() + "\n")


def _explain(
    contract: SourceContract,
    column: str | None,
    code: str,
    found: str | None,
    row: dict[str, str | None],
) -> tuple[str, str, str]:
    """Column, what was found and what was expected, of a row that the casts judged bad."""
    if code == "dup_conflict" or column is None:
        return ", ".join(contract.key), found or "", "one row per key"
    field = contract.field(column)
    case: Case | None = None
    if field.by:
        case = field.by.cases.get(
            canonical(contract.field(field.by.column), row[field.by.column]) or ""
        )
    wanted = expected(field, code, found or "", case)
    if code == "unit_mismatch" and field.by and field.by.unit_column:
        return field.by.unit_column, row[field.by.unit_column] or "", wanted
    return column, found or "", wanted


def _visible(text: str) -> str:
    """At most 40 characters of a cell, with control characters made visible."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:_SHOWN])
    return shown if len(text) <= _SHOWN else shown + "…"
