"""A small city that publishes: two products, a lake, an open store, and ways to break them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import duckdb

from dbt_project.products import Column, Product
from expectations.report import GateReport, JudgedFile, RuleResult
from ingestion.clock import FixedClock
from ingestion.contracts.words import Bilingual
from ingestion.storage import ObjectInfo, ObjectStore, StoreUnavailable, keys
from publication.candidate import write_candidate
from publication.checksums import digest
from publication.commits import head
from publication.folder import read_manifest, sums_of
from publication.model import Commit
from publication.release import Judged, Publisher, Released, release
from publication.simulated import SimulatedColumn

EVENING = datetime(2026, 1, 7, 19, 0, tzinfo=UTC)  # 02:00 on 8 January in Phuket
NEXT_EVENING = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)

Row = tuple[object, ...]
RAIN: tuple[Row, ...] = (
    ("RG01", "2026-01-06 00:00:00+07", 12.5, None, True),
    ("RG02", "2026-01-06 00:00:00+07", None, "เครื่องวัดขัดข้อง, รอซ่อม", False),
    ("RG01", "2026-01-07 00:00:00+07", 0.0, '=HYPERLINK("x")', None),
)
PIERS: tuple[Row, ...] = ((2025, "Chalong", 4100), (2025, "Rassada", 2570))


def product(name: str, domain: str, key: tuple[str, ...], columns: dict[str, str]) -> Product:
    """A product contract; every text says which product and language it is."""
    text = Bilingual(th=f"ข้อมูล {name}", en=f"Data on {name}")
    return Product(
        id=name,
        domain=domain,
        title=text,
        description=Bilingual(th=f"คำอธิบาย {name}", en=f"What {name} holds"),
        grain="one row a key",
        cadence="daily",
        licence="CC-BY-4.0",
        attribution=Bilingual(th="จังหวัดภูเก็ต", en="Phuket Province"),
        keywords=("phuket", "ภูเก็ต"),
        key=key,
        place_columns=key[:1],
        time_columns=key[1:],
        schema_version="1.0.0",
        disclosure="not_personal",
        sources=("somewhere",),
        columns=tuple(
            Column(
                name=column,
                data_type=kind,
                unit="mm" if column == "rain_mm" else "",
                title=Bilingual(th=f"หัวข้อ {column}", en=f"Title of {column}"),
                description=Bilingual(th=f"ความหมาย {column}", en=f"Meaning of {column}"),
            )
            for column, kind in columns.items()
        ),
    )


RAIN_DAILY = product(
    "rain_daily",
    "environment",
    ("station", "day_start"),
    {
        "station": "varchar",
        "day_start": "timestamp with time zone",
        "rain_mm": "double",
        "note": "varchar",
        "is_final": "boolean",
    },
)
PIER_LANDINGS = product(
    "pier_landings_yearly",
    "tourism",
    ("year", "pier"),
    {"year": "bigint", "pier": "varchar", "landings": "bigint"},
)
ROWS = {"rain_daily": RAIN, "pier_landings_yearly": PIERS}


@dataclass
class City:
    """Builds candidates, gets them judged, and has a publisher over two stores."""

    lake: ObjectStore
    open: ObjectStore
    engine: duckdb.DuckDBPyConnection
    now: datetime = EVENING
    builds: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))

    @property
    def publisher(self) -> Publisher:
        return Publisher(self.lake, self.open, FixedClock(self.now), code_version="1.2.3")

    def passed(self, what: Product, rows: tuple[Row, ...] | None = None) -> GateReport:
        """Build a candidate from these rows, and the report of a gate that lets it go out."""
        build = f"b{next(self.builds)}"
        fill_mart(self.engine, what, ROWS[what.id] if rows is None else rows)
        candidate = write_candidate(self.engine, what, self.lake, build)
        files = tuple(
            JudgedFile(name=file.name, bytes=file.bytes, sha256=file.sha256)
            for file in candidate.files
        )
        return report(what, build, "passed", files, (KEY_RULE, WEAKNESS))

    def judged(self, what: Product, rows: tuple[Row, ...] | None = None) -> Judged:
        return Judged(what, self.passed(what, rows), inputs=("readings/00000007",))

    def held(self, what: Product, rule: RuleResult | None = None) -> GateReport:
        return report(what, f"b{next(self.builds)}", "held", (), (rule or TOTAL_RULE,))

    def release_rain(self) -> Released:
        outcome = release(self.publisher, RAIN_DAILY, self.passed(RAIN_DAILY), ("readings/7",))
        assert isinstance(outcome, Released)
        return outcome

    @property
    def head(self) -> Commit:
        commit = head(self.open)
        assert commit is not None
        return commit


def fill_mart(engine: duckdb.DuckDBPyConnection, what: Product, rows: tuple[Row, ...]) -> None:
    """Make the mart of a product hold exactly these rows, in this order."""
    own = [column for column in what.columns if not isinstance(column, SimulatedColumn)]
    columns = ", ".join(f'"{column.name}" {column.data_type}' for column in own)
    engine.execute(f"create or replace table lake.marts.{what.id} ({columns})")
    marks = ", ".join("?" for _ in own)
    for row in rows:
        engine.execute(f"insert into lake.marts.{what.id} values ({marks})", row)


def candidate_bytes(city: City, what: Product, build: str = "b1") -> tuple[bytes, bytes]:
    """The Parquet and the CSV file of a build, as they lie in the lake."""
    candidate = write_candidate(city.engine, what, city.lake, build)
    parquet, text = (city.lake.get(file.key) for file in candidate.files)
    return parquet, text


def rule(name: str, severity: str, outcome: str, th: str, en: str) -> RuleResult:
    """One line of a report; a broken rule quotes a row, as the gate's own lines do."""
    quoted = "" if outcome == "ok" else ": broken in 6 cases, such as patients=7"
    return RuleResult(
        rule=name,
        type="unexpected_rows_expectation",
        severity=severity,
        why=Bilingual(th=th, en=en),
        outcome=outcome,
        unexpected_count=0 if outcome == "ok" else 6,
        unexpected_rows=() if outcome == "ok" else ({"patients": 7},),
        message=Bilingual(th=th + quoted, en=en + quoted),
    )


KEY_RULE = rule("key_is_unique", "critical", "ok", "คีย์ไม่ซ้ำ", "Keys are unique")
WEAKNESS = rule("is_complete", "warning", "failed", "ข้อมูลครบถ้วน", "Readings are complete")
TOTAL_RULE = rule("total_is_the_sum", "critical", "failed", "ยอดรวมเท่ากับผลบวก", "Totals are sums")
RANGE_RULE = rule("in_range", "critical", "failed", "ค่าอยู่ในช่วง", "Values are in range")


def report(
    what: Product,
    build: str,
    verdict: str,
    files: tuple[JudgedFile, ...],
    results: tuple[RuleResult, ...],
) -> GateReport:
    return GateReport(
        product=what.id,
        build=build,
        verdict=verdict,
        judged_at=EVENING,
        files=files,
        rows=3,
        suite_sha256="a" * 64,
        gate_sha256="b" * 64,
        results=results,
    )


def objects(store: ObjectStore) -> dict[str, bytes]:
    """Everything a store holds."""
    return {info.key: store.get(info.key) for info in store.list()}


def read_csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def whole_state(store: ObjectStore) -> dict[str, str | None]:
    """What a reader sees who resolves the newest commit and then reads every file it leads to.

    Fails when one of these files is missing or has other bytes.
    """
    commit = head(store)
    if commit is None:
        return {}
    for name, state in commit.products.items():
        if state.release is None:
            continue
        manifest = read_manifest(store, state.domain, name, state.release)
        listed = sums_of(manifest, state.release.manifest_sha256).decode().splitlines()
        for line in listed:
            sha, file = line.split("  ")
            key = keys.release_file(state.domain, name, state.release.version, file)
            assert digest(store.get(key)) == sha, f"{key} is torn"
    return {name: state.version for name, state in commit.products.items()}


class Crash(Exception):
    """The process dies here."""


class WrappedStore(ObjectStore):
    """Another store, to be broken in one way by a subclass."""

    def __init__(self, inner: ObjectStore) -> None:
        self.inner = inner
        self.url = inner.url

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        return self.inner.put(key, body, if_absent=if_absent, content_type=content_type)

    def open(self, key: str) -> BinaryIO:
        return self.inner.open(key)

    def head(self, key: str) -> ObjectInfo | None:
        return self.inner.head(key)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        return self.inner.list(prefix)

    def delete(self, key: str) -> None:
        self.inner.delete(key)

    def uri(self, key: str) -> str:
        return self.inner.uri(key)


class CrashingStore(WrappedStore):
    """Dies at its nth write: before the effect, or after it with the answer lost."""

    def __init__(self, inner: ObjectStore, at: int, *, after: bool) -> None:
        super().__init__(inner)
        self.left, self.after = at, after

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Crash(key)
        info = super().put(key, body, if_absent=if_absent, content_type=content_type)
        if self.left == 0:
            raise Crash(key)
        return info


class FaultyStore(WrappedStore):
    """Fails at the first write below a prefix with this error, with or without the effect."""

    def __init__(self, inner: ObjectStore, prefix: str, error: Exception, *, effect: bool) -> None:
        super().__init__(inner)
        self.prefix, self.error, self.effect = prefix, error, effect

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        if not key.startswith(self.prefix):
            return super().put(key, body, if_absent=if_absent, content_type=content_type)
        self.prefix = "none/"
        if self.effect:
            super().put(key, body, if_absent=if_absent, content_type=content_type)
        raise self.error


LOST_ANSWER = StoreUnavailable("the store did not answer in 30 s")
