"""Deliveries that arrive one after the other, and the rows that count in the end.

Belongs here: a source with a drop folder, taken in by the real ingestion into a lake in a folder,
and the rule of `dbt_project/macros/winning_rows.sql`, rendered as it is and run on that lake.
Does not belong here: what the tests expect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import jinja2

from dbt_project.sources import PROJECT, render_words
from ingestion.clock import Clock
from ingestion.contracts import SourceContract
from ingestion.deliveries.ingest import Ingestion
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.lake import ensure_schema, write_receipts
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.deliveries.replay import ReplayReport, replay
from ingestion.deliveries.report import IngestReport
from ingestion.judging.sandbox import Sandbox
from ingestion.settings import Settings
from ingestion.sources import checked
from ingestion.storage import ObjectStore, keys, open_store
from tests.support.judging import contract_of

START = datetime(2026, 1, 9, 2, tzinfo=UTC)
DAY = date(2026, 1, 8)


@dataclass
class Ticking:
    """A clock that moves on a minute whenever it is asked."""

    at: datetime = START

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


def levels(drops: Path, **changes: object) -> SourceContract:
    """The contract of a small source: water levels by station and time."""
    fields: list[dict[str, object]] = [
        {"name": "station", "type": "string", "required": True},
        {"name": "observed_at", "source": "at", "type": "timestamp", "required": True},
        {"name": "level", "type": "number", "required": True, "maximum": 100},
    ]
    words: dict[str, object] = {
        "id": "levels",
        "fetch": {"connector": "drop_folder", "url": str(drops), "pattern": "*.csv"},
        "key": ["station", "observed_at"],
        "day": "observed_at",
        "repeats": {"conflict": "latest"},
        "tolerance": {"quarantined_pct": 90},
    }
    return contract_of(fields, **(words | changes))


@dataclass
class Arrivals:
    """A drop folder and the platform that watches it."""

    home: Path
    sandbox: Sandbox
    contract: SourceContract
    clock: Clock = field(default_factory=Ticking)
    through: Callable[[ObjectStore], ObjectStore] = lambda store: store
    """Puts something between ingestion and the store, such as a store that fails."""

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.home)
        self.store = open_store(self.settings.lake, self.settings)
        ensure_schema(self.contract, self.store)

    @property
    def ingestion(self) -> Ingestion:
        return Ingestion(self.settings, self.through(self.store), self.sandbox, self.clock)

    def drop(self, name: str, text: str) -> None:
        """The sender puts a file into the folder; a name that is there is replaced."""
        folder = Path(self.contract.fetch.url)  # type: ignore[union-attr]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    def take(self) -> IngestReport:
        report = self.ingestion.ingest(self.contract, DAY)
        assert not report.problem, report.problem
        return report

    def arrive(self, name: str, text: str) -> LedgerEntry:
        """A file is dropped and taken in."""
        self.drop(name, text)
        (entry,) = self.take().entries
        return entry

    def replay(self, **options: object) -> ReplayReport:
        kept = KeptBytes(self.settings, self.store)
        ensure_schema(self.contract, self.store)
        return replay(self.ingestion, self.contract, kept, **options)  # type: ignore[arg-type]

    def correct(self, **changes: object) -> None:
        """Somebody edits the contract."""
        words = self.contract.model_dump(exclude_unset=True) | changes
        self.contract = checked(words)

    def ledger(self) -> Ledger:
        return Ledger(self.store, self.contract.id)

    def objects(self, room: str) -> dict[str, bytes]:
        """All objects of the source in a room of the lake store, but the one without rows."""
        infos = self.store.list(f"{room}/{self.contract.id}/")
        return {i.key: self.store.get(i.key) for i in infos if not i.key.endswith("/empty.parquet")}

    def rows(self, columns: str) -> list[tuple[object, ...]]:
        """Columns of the rows that count, in order."""
        write_receipts([self.ledger()], self.store)
        lake = self.store.uri(keys.lake_glob(self.contract.id))
        receipts = self.store.uri(keys.lake_receipts())
        tables = {
            self.contract.id: f"read_parquet('{lake}', hive_partitioning = true)",
            "_receipts": f"read_parquet('{receipts}')",
        }
        rule = winning_rows(self.contract, tables)
        with duckdb.connect() as con:
            con.execute("set TimeZone = 'UTC'")
            return con.execute(f"select {columns} from ({rule}) order by all").fetchall()


def with_words(city: Arrivals, **changes: object) -> SourceContract:
    """The contract of a city with other words."""
    return checked(city.contract.model_dump(exclude_unset=True) | changes)


HEADER = "station,at,level\n"
ISSUED: dict[str, object] = {
    "name": "issued_at",
    "source": "issued",
    "type": "timestamp",
    "required": True,
    "description": {"th": "ก", "en": "a"},
}


def hours(*readings: tuple[int, float]) -> str:
    """A file of levels by hour of 7 January."""
    return HEADER + "".join(
        f"PKT-01,2026-01-07T{hour:02d}:00:00+07:00,{level}\n" for hour, level in readings
    )


def issues(*readings: tuple[int, float, int]) -> str:
    """Hour of the reading, level, day of January on which it was issued."""
    return "station,at,level,issued\n" + "".join(
        f"PKT-01,2026-01-05T{hour:02d}:00:00+07:00,{level},2026-01-0{day}T00:00:00Z\n"
        for hour, level, day in readings
    )


def after(city: Arrivals, home: Path, bodies: list[str]) -> list[tuple[object, ...]]:
    """The rows that count when these deliveries came one after the other."""
    drops = city.contract.fetch.model_dump(exclude_unset=True) | {"url": f"{home}-drops"}
    elsewhere = replace(city, home=home, contract=with_words(city, fetch=drops))
    for number, body in enumerate(bodies):
        elsewhere.arrive(f"{number}.csv", body)
    return elsewhere.rows("station, observed_at::varchar, level")


class _Returned(Exception):
    """dbt's `return` ends a macro with a value that is no text."""

    def __init__(self, value: object) -> None:
        self.value = value


def winning_rows(contract: SourceContract, tables: Mapping[str, str]) -> str:
    """The query of the staging layer over these: the real macros, rendered without dbt."""
    known: dict[str, object] = {
        "source": lambda _, name: tables[name],
        "return": _raise_returned,
        "execute": False,  # nothing is told of a build
    }
    folder = PROJECT / "macros"
    text = render_words([contract]) + "".join(
        (folder / name).read_text("utf-8")
        for name in ("this_build.sql", "source_contract.sql", "winning_rows.sql")
    )
    for macro, name in re.findall(r"(\{% macro (\w+)\(.*?endmacro %\})", text, re.S):
        known[name] = partial(_called, macro, name, known)
    rule = known["winning_rows"]
    assert callable(rule)
    return str(rule(contract.id))


def _raise_returned(value: object) -> object:
    raise _Returned(value)


def _called(macro: str, name: str, known: dict[str, object], *arguments: object) -> object:
    """The value of one macro, which may call the others."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    environment.globals = known
    try:
        return getattr(environment.from_string(macro).module, name)(*arguments)
    except _Returned as returned:
        return returned.value
