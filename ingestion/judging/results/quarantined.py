"""Quarantined rows as lines that a person can act on, in the order of the file.

They are written while the rows come, as long as those come in that order and are not many; else all
at the end. A line takes far longer than a row: a refused file has at most `MOST_OF_REFUSED`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contracts.source import SourceContract
from ingestion.faults import require
from ingestion.fields.query import fault_columns
from ingestion.judging.discretion import quarantined_row
from ingestion.judging.outcome import QuarantinedRow
from ingestion.judging.results.explaining import Explanation, explain
from ingestion.privacy.personal import HIDDEN, hide, redact
from ingestion.words.characters import printable, visible

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SHOWN_OF_CELL, _SHOWN_OF_FAULT = 40, 200
_KEPT_OF_RECORD = 100_000
MOST_OF_REFUSED = 10_000
"""Lines; whoever has a file that is refused for its bad rows needs no more of them."""
_AT_ONCE = 10_000
"""Rows."""
_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass
class QuarantineFile:
    """The lines of one file, as JSON Lines of `QuarantinedRow`."""

    contract: SourceContract
    path: Path
    now: datetime
    _in_order: bool = True
    """Has every row so far come behind those before it?"""
    _whole: bool = True
    """Are the lines of all of them written?"""
    _last: int = -1
    _lines: int = 0

    def add(self, batches: list[pa.RecordBatch]) -> None:
        """Write the lines of more rows, with `query.fault_columns`, if they come in order."""
        import pyarrow as pa

        if not batches or not (self._in_order and self._whole):
            self._whole = self._whole and not batches
            return
        order = [(name, "ascending") for name in self._order()]
        rows = pa.Table.from_batches(batches).sort_by(order)
        records = rows["_record"]
        self._in_order = records[0].as_py() > self._last
        self._last = records[-1].as_py()
        if self._in_order:
            shown = rows[: MOST_OF_REFUSED - self._lines]
            self._whole = len(shown) == len(rows)
            self._lines += len(shown)
            self._write(zip(*shown.to_pydict().values(), strict=True), "a")

    def is_enough(self, *, refused: bool) -> bool:
        """Does the file hold the lines that it should? Of a refused one the first are enough."""
        return self._in_order and (self._whole or refused)

    def write_all(
        self, con: duckdb.DuckDBPyConnection, batches: Iterable[pa.RecordBatch], *, refused: bool
    ) -> None:
        """Write the lines anew, of a refused file the first; more rows than memory holds may be."""
        import pyarrow as pa

        found = iter(batches)
        head = next(found)
        reader = pa.RecordBatchReader.from_batches(head.schema, itertools.chain([head], found))
        con.register("bad", reader)
        try:
            rows = con.execute(f"""
                select {", ".join(fault_columns(self.contract))}
                from bad order by {", ".join(self._order())}
                {f"limit {MOST_OF_REFUSED}" if refused else ""}""")
            more = iter(lambda: rows.fetchmany(_AT_ONCE), [])
            self._write(itertools.chain.from_iterable(more), "w")
        finally:
            con.unregister("bad")

    def _order(self) -> list[str]:
        texts = [name for name in fault_columns(self.contract) if name.startswith("_text")]
        return ["_record", "_column", *texts]

    def _write(self, rows: Iterable[tuple[Any, ...]], mode: str) -> None:
        with self.path.open(mode, encoding="utf-8") as file:
            file.writelines(f"{self._line(row).model_dump_json()}\n" for row in rows)

    def _line(self, told: tuple[Any, ...]) -> QuarantinedRow:
        """A row as it may be kept and shown."""
        record, _, place, column, code, found, expected, raw, *cells = told
        row = dict(zip((f.name for f in self.contract.fields), cells, strict=True))
        most = _SHOWN_OF_FAULT
        if code == "dup_conflict":
            expected = require(code, "row").expected.en
            why = Explanation(", ".join(self.contract.key), found or "", expected)
        elif expected is None:
            why, most = explain(self.contract, column, code, row, self.now), _SHOWN_OF_CELL
        else:
            why = Explanation(column or "", found or "", expected)
        line = partial(
            QuarantinedRow,
            record=record,
            place=place,
            column=why.column,
            code=code,
            expected=why.expected,
        )
        if self.contract.personal:
            return quarantined_row(line(found=HIDDEN, raw=HIDDEN), self.contract)
        raw = _as_json(row) if raw is None else raw
        return line(
            found=HIDDEN if hide(why.found) != why.found else visible(why.found, most),
            raw=redact(printable(raw[:_KEPT_OF_RECORD])),
        )
