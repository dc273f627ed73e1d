"""One raw file to accepted Parquet and quarantined lines, by its contract, with every row counted.

The public function is `parse`. It runs where it is called; `sandbox.py` calls it in a child
process with limits, which is how untrusted bytes are parsed.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.clock import bangkok_day
from ingestion.contracts.model import Csv, JsonLines, SourceContract
from ingestion.parsing.casting import SQL_TYPES, cast_sql, quote
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import LakeFile, ParseOutcome, Refused
from ingestion.parsing.quarantined import write_quarantine
from ingestion.parsing.records import Batches, FileNotes, schema
from ingestion.parsing.repeats import mark_repeats

if TYPE_CHECKING:
    import duckdb

QUARANTINE_FILE = "quarantine.jsonl"


def parse(
    contract: SourceContract,
    path: Path,
    work: Path,
    *,
    delivery: str,
    received_at: datetime,
    limits: Limits | None = None,
) -> ParseOutcome:
    """Judge one file and write what is good and what is not.

    Parameters
    ----------
    path: the raw bytes. work: an empty folder for the results: `<day>.parquet` per event day
        (columns: `lake_columns`), and `quarantine.jsonl`.
    delivery: SHA-256 of the raw bytes; received_at: when they came (also the clock of the checks).

    Returns
    -------
    The outcome; a file that cannot be used is an outcome too, not an exception.
    """
    notes = FileNotes()
    limits = limits or Limits()
    try:
        return _parse(contract, path, work, notes, limits, delivery, received_at)
    except Refused as refusal:
        return ParseOutcome(
            status="refused",
            code=refusal.code,
            records=notes.records,
            encoding=notes.encoding,
            message=f"found {refusal.found}, expected {refusal.expected}; {refusal.fix}",
        )


def lake_columns(contract: SourceContract) -> dict[str, str]:
    """The columns of a source's Parquet in the lake, name to DuckDB type, in order."""
    columns = {field.name: SQL_TYPES[field.type] for field in contract.fields}
    columns |= {f"{f.name}_reason": "varchar" for f in contract.fields if f.missing is not None}
    return columns | {
        "_rescued": "varchar",
        "_delivery": "varchar",
        "_record": "bigint",
        "_received_at": "timestamptz",
    }


def _parse(
    contract: SourceContract,
    path: Path,
    work: Path,
    notes: FileNotes,
    limits: Limits,
    delivery: str,
    received_at: datetime,
) -> ParseOutcome:
    con = _engine(work, limits)
    _cast(con, contract, _read(contract, path, limits, notes), received_at)
    mark_repeats(con, contract)
    rows, accepted, repeats = _counts(con)
    reasons = dict(
        con.sql("select _code, count(*) from quarantined group by 1 order by 1").fetchall()
    )
    quarantined = sum(reasons.values())
    if accepted + quarantined + repeats != rows:
        raise AssertionError(f"{rows} rows became {accepted} + {quarantined} + {repeats}")
    write_quarantine(con, contract, work / QUARANTINE_FILE)
    outcome = ParseOutcome(
        status="accepted",
        records=notes.records,
        rows=rows,
        quarantined=quarantined,
        deduplicated=repeats,
        accepted=accepted,
        reasons=reasons,
        encoding=notes.encoding,
        new_columns=tuple(notes.new_columns),
        warnings=_warnings(notes),
        quarantine=QUARANTINE_FILE if quarantined else "",
    )
    if rows and 100 * quarantined / rows > contract.tolerance.quarantined_pct:
        return _too_many(contract, outcome)
    files = _write_accepted(con, contract, work, delivery, received_at)
    return outcome.model_copy(update={"files": files})


def _engine(work: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    import duckdb

    con = duckdb.connect(str(work / "parse.duckdb"))
    con.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false; set threads = 2")
    con.execute(f"set memory_limit = '{limits.memory_bytes // 2}B'")
    con.execute(f"set temp_directory = '{work / 'spill'}'")
    return con


def _cast(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, batches: Batches, now: datetime
) -> None:
    """Make the table `judged`. The engine hides what a reader raises, so it is kept aside."""
    import duckdb
    import pyarrow as pa

    raised: list[Exception] = []

    def watched() -> Batches:
        try:
            yield from batches
        except Exception as error:
            raised.append(error)
            raise

    columns = schema(contract.columns)
    con.register("batches", pa.RecordBatchReader.from_batches(columns, watched()))
    try:
        con.execute(f"create table judged as {cast_sql(contract, 'batches', now)}")
    except (duckdb.Error, pa.ArrowException):
        if raised:
            raise raised[0] from None
        raise


def _read(contract: SourceContract, path: Path, limits: Limits, notes: FileNotes) -> Batches:
    from ingestion.parsing.delimited import read_delimited
    from ingestion.parsing.json_lines import read_json_lines
    from ingestion.parsing.parquet_file import read_parquet

    if isinstance(contract.format, Csv):
        return read_delimited(path, contract.format, contract.columns, limits, notes)
    if isinstance(contract.format, JsonLines):
        return read_json_lines(path, contract.format, contract.columns, limits, notes)
    return read_parquet(path, contract.columns, limits, notes)


def _counts(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Rows in all, accepted, deduplicated: each counted by itself, for the sum to be checked."""
    found = con.sql("""
        select (select count(*) from judged),
            (select count(*) from good anti join repeats using (_row)),
            (select count(*) from repeats where not _conflict)""").fetchone()
    assert found is not None
    return int(found[0]), int(found[1]), int(found[2])


def _write_accepted(
    con: duckdb.DuckDBPyConnection,
    contract: SourceContract,
    work: Path,
    delivery: str,
    received_at: datetime,
) -> tuple[LakeFile, ...]:
    """One Parquet per event day, rows in the order of the file: same input, same bytes."""
    received = bangkok_day(received_at).isoformat()
    day = f"date '{received}'"
    if contract.day:
        field = quote(contract.day)
        zoned = contract.field(contract.day).type == "timestamp"
        local = f"({field} at time zone 'Asia/Bangkok')::date" if zoned else f"{field}::date"
        day = f"coalesce({local}, {day})"
    con.execute(f"""
        create view accepted as
        select good.*, {day} as _day from good anti join repeats using (_row)""")
    files = []
    counted = con.sql("select _day, count(*) from accepted group by 1 order by 1").fetchall()
    known = {
        "_delivery": f"'{delivery}'",
        "_received_at": f"timestamptz '{received_at.isoformat()}'",
    }
    chosen = ", ".join(
        f"{known.get(name, quote(name))}::{kind} as {quote(name)}"
        for name, kind in lake_columns(contract).items()
    )
    for event_day, count in counted:
        assert isinstance(event_day, date)
        name = f"{event_day.isoformat()}.parquet"
        con.execute(f"""
            copy (select {chosen} from accepted where _day = date '{event_day}'
                order by _record, {", ".join(quote(name) for name in contract.key) or "1"})
            to '{work / name}' (format parquet, compression zstd, row_group_size 100000)""")
        files.append(LakeFile(day=event_day, name=name, rows=count))
    return tuple(files)


def _warnings(notes: FileNotes) -> tuple[str, ...]:
    found = list(notes.warnings)
    if not notes.records:
        found.append("no rows: the file holds a header and nothing else")
    if notes.new_columns:
        found.append("new columns, kept in _rescued: " + ", ".join(notes.new_columns[:10]))
    return tuple(found)


def _too_many(contract: SourceContract, outcome: ParseOutcome) -> ParseOutcome:
    commonest = sorted(outcome.reasons.items(), key=lambda item: -item[1])[:3]
    top = ", ".join(f"{code} {count}" for code, count in commonest)
    message = (
        f"found {outcome.quarantined} of {outcome.rows} rows bad ({top}), expected at most "
        f"{contract.tolerance.quarantined_pct:g} %; ask the sender, or correct the contract"
    )
    refused = {"status": "refused", "code": "too_many_bad_rows", "message": message}
    return outcome.model_copy(update=refused | {"accepted": 0, "deduplicated": 0})
