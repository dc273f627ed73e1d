"""One raw file to accepted Parquet and quarantined lines, by its contract, with every row counted.

The public function is `parse`. It runs where it is called; `sandbox.py` calls it in a child
process with limits, which is how untrusted bytes are parsed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.model import SourceContract
from ingestion.errors import PermanentError
from ingestion.parsing.accepted import lake_columns, write_accepted
from ingestion.parsing.casting import cast_sql, respelled_sql
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import ParseOutcome, Refused
from ingestion.parsing.quarantined import write_quarantine
from ingestion.parsing.reading import read
from ingestion.parsing.records import Batches, FileNotes, as_text, schema
from ingestion.parsing.repeats import mark_repeats
from ingestion.privacy.discretion import new_columns, refusal, unkept_warning, without_dropped
from ingestion.privacy.periods import PeriodKey
from ingestion.privacy.pseudonyms import keys_at_hand, quarantine_keyless
from ingestion.privacy.searching import quarantine_personal_texts

if TYPE_CHECKING:
    import duckdb

__all__ = ["QUARANTINE_FILE", "RowsLost", "lake_columns", "open_engine", "parse"]

QUARANTINE_FILE = "quarantine.jsonl"


class RowsLost(PermanentError):
    """The count of what became of the rows is not the count of the rows. A defect of ours."""


def parse(
    contract: SourceContract,
    path: Path,
    work: Path,
    *,
    delivery: str,
    received_at: datetime,
    period_keys: tuple[PeriodKey, ...] = (),
    limits: Limits | None = None,
    engine: duckdb.DuckDBPyConnection | None = None,
) -> ParseOutcome:
    """Judge one file and write what is good and what is not.

    Parameters
    ----------
    path: the raw bytes. work: an empty folder for the results: `<day>.parquet` per event day
        (columns: `lake_columns`), and `quarantine.jsonl`.
    delivery: SHA-256 of the raw bytes; received_at: when they came (also the clock of the checks).
    period_keys: the keys for the pseudonyms of a source with identifiers.
    engine: an `open_engine` to use again for many files; it is left as it was.

    Returns
    -------
    The outcome; a file that cannot be used is an outcome too, not an exception.

    Raises
    ------
    RowsLost: the rows do not add up; nothing of this file may be used.
    """
    kept = without_dropped(contract)
    file = _File(kept, path, work, delivery, received_at, limits or Limits(), FileNotes(), contract)
    with tempfile.TemporaryDirectory(prefix="spill-", dir=work) as spill:
        con = engine or open_engine(Path(spill), file.limits)
        try:
            with _own_schema(con), keys_at_hand(con, period_keys):
                return _parse(con, file)
        except Refused as refused:
            return _refused(file, refused)
        finally:
            if engine is None:
                con.close()


def open_engine(spill: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that spills to a folder and loads nothing from elsewhere."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "memory_limit": f"{limits.memory_bytes // 2}B",
        "max_temp_directory_size": f"{limits.output_bytes}B",
        "threads": 2,
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    con = duckdb.connect(config=config)
    con.execute("set TimeZone = 'UTC'")
    return con


@dataclass(frozen=True)
class _File:
    contract: SourceContract
    path: Path
    work: Path
    delivery: str
    received_at: datetime
    limits: Limits
    notes: FileNotes
    declared: SourceContract
    """The contract with the fields that are dropped."""


@contextmanager
def _own_schema(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Tables and views of one file, gone afterwards."""
    con.execute("create schema file; use file")
    try:
        yield
    finally:
        con.execute("use main; drop schema file cascade")


def _parse(con: duckdb.DuckDBPyConnection, file: _File) -> ParseOutcome:
    contract, notes = file.contract, file.notes
    _cast(con, file)
    if contract.personal:
        quarantine_personal_texts(con, contract)
        quarantine_keyless(con, contract, file.received_at)
    mark_repeats(con, contract, file.received_at)
    reasons = dict(
        con.execute("select _code, count(*) from quarantined group by 1 order by 1").fetchall()
    )
    rows, accepted, repeats, dropped = _counted(con, file, sum(reasons.values()))
    if reasons:
        write_quarantine(con, contract, file.work / QUARANTINE_FILE, file.received_at)
    outcome = ParseOutcome(
        status="accepted",
        records=notes.records,
        rows=rows,
        quarantined=sum(reasons.values()),
        deduplicated=repeats,
        dropped=dropped,
        accepted=accepted,
        reasons=reasons,
        coerced=_coerced(con, file),
        encoding=notes.encoding,
        new_columns=tuple(new_columns(contract, notes.new_columns)),
        warnings=_warnings(con, file),
        quarantine=QUARANTINE_FILE if reasons else "",
    )
    if rows and 100 * outcome.quarantined / rows > contract.tolerance.quarantined_pct:
        return _too_many(contract, outcome)
    files = write_accepted(con, contract, file.work, file.delivery, file.received_at)
    if (written := sum(each.rows for each in files)) != outcome.accepted:
        raise RowsLost(
            f"{outcome.accepted} accepted rows, {written} written",
            fix="report this with the file: it is a defect of the platform",
        )
    return outcome.model_copy(update={"files": files})


def _cast(con: duckdb.DuckDBPyConnection, file: _File) -> None:
    """Make the table `judged`. The engine hides what a reader raises, so it is kept aside."""
    import duckdb
    import pyarrow as pa

    raised: list[Exception] = []

    def watched() -> Batches:
        try:
            yield from map(as_text, read(file.contract, file.path, file.limits, file.notes))
        except Exception as error:
            raised.append(error)
            raise

    columns = schema(file.contract.columns)
    con.register("batches", pa.RecordBatchReader.from_batches(columns, watched()))
    try:
        sql = cast_sql(file.contract, "batches", file.received_at)
        con.execute(f"create table judged as {sql}")
    except (duckdb.Error, pa.ArrowException):
        if not raised:
            raise
    finally:
        con.unregister("batches")
    if raised:
        raise raised[0]


def _refused(file: _File, refused: Refused) -> ParseOutcome:
    return ParseOutcome(
        status="refused",
        code=refused.code,
        records=file.notes.records,
        encoding=file.notes.encoding,
        message=refusal(file.contract, refused),
    )


def _counted(
    con: duckdb.DuckDBPyConnection, file: _File, quarantined: int
) -> tuple[int, int, int, int]:
    """Rows in all, accepted, deduplicated, dropped: each counted by itself, and the sum checked."""
    found = con.execute("""
        select (select count(*) from judged),
            (select count(_expected) from judged),
            (select count(*) from good anti join repeats using (_row)),
            (select count(*) from repeats where not _conflict),
            (select count(*) from judged where _dropped and _code is null)""").fetchone()
    assert found is not None
    rows, unread, accepted, repeats, dropped = (int(count) for count in found)
    if accepted + quarantined + repeats + dropped != rows:
        raise RowsLost(
            f"{rows} rows became {accepted} accepted, {quarantined} quarantined, "
            f"{repeats} deduplicated, {dropped} dropped",
            fix="report this with the file: it is a defect of the platform",
        )
    per_record = len(file.contract.unpivot) or 1
    if (file.notes.records - unread) * per_record + unread != rows:
        raise RowsLost(
            f"{file.notes.records} records, {unread} of them unreadable, became {rows} rows",
            expected=f"{per_record} rows of every readable record",
            fix="report this with the file: it is a defect of the platform",
        )
    return rows, accepted, repeats, dropped


def _coerced(con: duckdb.DuckDBPyConnection, file: _File) -> dict[str, int]:
    counts = con.execute(
        f"select {respelled_sql(file.contract, file.received_at)} from good"
    ).fetchone()
    names = [field.name for field in file.contract.fields]
    return {name: n for name, n in zip(names, counts or (), strict=True) if n}


def _warnings(con: duckdb.DuckDBPyConnection, file: _File) -> tuple[str, ...]:
    notes, found = file.notes, []
    if not notes.records:
        found.append("no rows: the file holds a header and nothing else")
    found += [
        f"new column {name!r}, first seen in {place}; kept in _rescued"
        for name, place in list(new_columns(file.contract, notes.new_columns).items())[:10]
    ]
    if unkept := unkept_warning(file.contract, file.declared, notes.new_columns):
        found.append(unkept)
    found += [] if file.contract.personal else notes.doubts[:10]
    if notes.open_end:
        last = "select 1 from quarantined where _record = (select max(_record) from judged)"
        if con.execute(last).fetchone():
            size = file.path.stat().st_size
            found.append(
                "the file may be cut: its last record is bad and has no line end "
                f"({size} bytes got)"
            )
    return tuple(found)


def _too_many(contract: SourceContract, outcome: ParseOutcome) -> ParseOutcome:
    commonest = sorted(outcome.reasons.items(), key=lambda item: -item[1])[:3]
    top = ", ".join(f"{code} {count}" for code, count in commonest)
    message = (
        f"found {outcome.quarantined} of {outcome.rows} rows bad ({top}), expected at most "
        f"{contract.tolerance.quarantined_pct:g} %; ask the sender, or correct the contract"
    )
    refused = {"status": "refused", "code": "too_many_bad_rows", "message": message}
    return outcome.model_copy(update=refused | {"accepted": 0, "deduplicated": 0, "dropped": 0})
