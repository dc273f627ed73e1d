"""WiFi sessions as accounting servers export them, made up, the same at every call.

Of the rows 1 in 200 is sent twice, 1 in 1,000 counts octets below zero, and 1 in 20 has not ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.contracts import SourceContract
from tests.support.judging import contract_of

RECEIVED = datetime(2026, 1, 9, 2, tzinfo=UTC)
SSIDS = ("Phuket-Free-WiFi", "PKT-Beach", "PKT-Airport", "PKT-OldTown")
CAUSES = ("User-Request", "Idle-Timeout", "Session-Timeout", "Lost-Carrier")
ENGINE_TYPES = {
    "acct_unique_id": "varchar",
    "ap": "varchar",
    "client_mac": "varchar",
    "ssid": "varchar",
    "started_at": "timestamptz",
    "updated_at": "timestamptz",
    "stopped_at": "timestamptz",
    "session_seconds": "bigint",
    "octets_in": "bigint",
    "octets_out": "bigint",
    "terminate_cause": "varchar",
}
"""The columns as the engine's own reader is told them."""


def sessions_contract(kind: str, *, pseudonyms: bool) -> SourceContract:
    """The contract: every field checked, the key de-duplicated, the device hidden if asked."""
    mac = "^([0-9a-f]{2}:){5}[0-9a-f]{2}$"
    hidden = {
        "sensitivity": "identifier",
        "identifier": {"kind": "mac", "purpose": "wifi", "period": "month"},
    }
    octets = {"type": "integer", "required": True, "minimum": 0}
    time = {"type": "timestamp", "required": True}
    fields: list[dict[str, object]] = [
        {"name": "acct_unique_id", "type": "string", "required": True, "pattern": "^[0-9a-f]{16}$"},
        {"name": "ap", "type": "string", "required": True, "pattern": "^PKT-AP-[0-9]{3}$"},
        {"name": "client_mac", "type": "string", "required": True}
        | (hidden if pseudonyms else {"pattern": mac}),
        {"name": "ssid", "type": "string", "required": True, "allowed": {s: [] for s in SSIDS}},
        {"name": "started_at", **time},
        {"name": "updated_at", **time},
        {"name": "stopped_at", "type": "timestamp"},
        {"name": "session_seconds", **octets, "maximum": 864_000},
        {"name": "octets_in", **octets},
        {"name": "octets_out", **octets},
        {"name": "terminate_cause", "type": "string", "allowed": {c: [] for c in CAUSES}},
    ]
    packed = {} if kind == "parquet" else {"compression": "gzip"}
    return contract_of(
        fields,
        key=["acct_unique_id"],
        day="started_at",
        format={"type": kind, **packed},
        classification="personal" if pseudonyms else "open",
    )


def write_sessions(rows: int, folder: Path, formats: Iterable[str]) -> dict[str, Path]:
    """Write the sessions as csv.gz, JSON Lines in gzip, or Parquet; format to path."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'Asia/Bangkok'; set preserve_insertion_order = true")
    con.execute(f"create view sessions as {_sessions_sql(rows)}")
    shown = ", ".join(
        f"strftime({name}, '%Y-%m-%dT%H:%M:%S+07:00') as {name}" if "timestamp" in kind else name
        for name, kind in ENGINE_TYPES.items()
    )
    forms = {
        "csv": ("sessions.csv.gz", shown, "format csv, header true, compression gzip"),
        "json_lines": ("sessions.jsonl.gz", shown, "format json, compression gzip"),
        "parquet": ("sessions.parquet", "*", "format parquet"),
    }
    paths = {}
    for kind in formats:
        name, columns, options = forms[kind]
        paths[kind] = folder / name
        con.execute(f"copy (select {columns} from sessions) to '{paths[kind]}' ({options})")
    return paths


def write_small_files(count: int, folder: Path) -> list[Path]:
    """Write files of about 5 kB, one batch of sessions each."""
    folder.mkdir()
    rows = duckdb.execute(f"from ({_sessions_sql(count * 33)})").fetchall()
    paths = []
    for number in range(count):
        lines = [",".join(ENGINE_TYPES)]
        for row in rows[number * 33 : (number + 1) * 33]:
            cells = (c.isoformat() if isinstance(c, datetime) else c for c in row)
            lines.append(",".join("" if cell is None else str(cell) for cell in cells))
        paths.append(folder / f"{number:04d}.csv")
        paths[-1].write_text("\n".join(lines) + "\n")
    return paths


def _sessions_sql(rows: int) -> str:
    ssids, causes = list(SSIDS), list(CAUSES)
    pairs = "||':'||".join(
        f"printf('%02x', ((hash(device) >> {shift}) & 255)::bigint)" for shift in range(8, 48, 8)
    )
    return f"""
        with numbered as (
            select case when range % 200 = 199 then range - 150 else range end as r
            from range({rows})),
        drawn as (
            select r, ((hash(r) >> 40) % 600)::int as ap,
                hash(r, 1) % {max(rows // 33, 1)} as device,
                timestamptz '2026-01-01 00:00:00+07' + to_seconds(r * 259200 // {rows}) as began,
                (60 + hash(r, 2) % 7200)::bigint as seconds,
                (hash(r, 3) % 20000 * 64)::bigint as octets
            from numbered)
        select printf('%016x', (r * 7919)::bigint) as acct_unique_id,
            printf('PKT-AP-%03d', ap) as ap, '02:' || {pairs} as client_mac,
            {ssids}[1 + ap % 4] as ssid,
            began as started_at,
            began + to_seconds(seconds - (hash(r, 8) % 60)::bigint) as updated_at,
            case when hash(r, 9) % 20 > 0 then began + to_seconds(seconds) end as stopped_at,
            seconds as session_seconds,
            case when hash(r, 11) % 1000 = 0 then -1 else octets end as octets_in,
            octets * (1 + hash(r, 6) % 8)::bigint as octets_out,
            {causes}[1 + (hash(r, 10) % 4)::int] as terminate_cause
        from drawn"""
