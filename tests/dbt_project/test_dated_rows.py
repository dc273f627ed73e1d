"""What a register said on a day: the macro `dated_rows` against a model that asks day by day.

The register is one of hospitals with two columns that matter; whole rows of real registers are in
`test_registers.py`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pytest

from dbt_project.sources import PROJECT
from ingestion.clock import BANGKOK
from ingestion.engine import dbt_environment
from ingestion.settings import Settings

DAY = timedelta(days=1)
FIRST = date(2026, 3, 1)
CONTRACT = {
    "delivery": "snapshot", "conflict": "quarantine", "key": ["hospital_id"], "day": "",
    "issued": "", "lookback_days": 0, "content": ["hospital_id", "name_th", "beds", "outpatients"],
}  # fmt: skip
Version = tuple[str, str | None, int | None, date | None, date | None]

pytestmark = pytest.mark.whole


@dataclass(frozen=True)
class Delivery:
    """What came at an instant: name and beds by hospital, and the day that it is about, if told."""

    at: datetime
    rows: dict[str, tuple[str | None, int | None]]
    issued: date | None = None


def came(day: int, hour: int = 8, issued: int | None = None, /, **rows: int | None) -> Delivery:
    at = datetime.combine(FIRST + day * DAY, time(hour), tzinfo=BANGKOK)
    said = {key: ("โรงพยาบาล", beds) for key, beds in rows.items()}
    return Delivery(at, said, None if issued is None else FIRST + issued * DAY)


@dataclass
class Macro:
    """The SQL that the macro gives, as dbt compiles it under one contract."""

    folder: Path
    sql: dict[str, str] = field(default_factory=dict)

    def compiled(self, issued: str, call: str = "dated_rows('hospitals', ['outpatients'])") -> str:
        if issued + call not in self.sql:
            run = self.compile(call, CONTRACT | {"issued": issued})
            assert run.returncode == 0, run.stdout + run.stderr
            self.sql[issued + call] = run.stdout
        return self.sql[issued + call]

    def compile(self, call: str, contract: dict[str, object]) -> subprocess.CompletedProcess[str]:
        told = json.dumps({"as_of": None, "overlay": {"hospitals": contract}})
        return subprocess.run(
            [Path(sys.executable).parent / "dbt", "--quiet", "--no-use-colors", "compile",
             "--inline", "{{ " + call + " }}"],
            env=os.environ
            | dbt_environment(Settings(home=self.folder), self.folder)
            | {"CDP_DBT_BUILD": told},
            capture_output=True, text=True, check=False, cwd=PROJECT,
        )  # fmt: skip

    def versions(self, deliveries: list[Delivery], issued: str = "") -> list[Version]:
        """What the macro tells of a register that came so; the ledger has them as they stand."""
        sql = self.compiled(issued)
        with duckdb.connect() as con:
            con.execute("set TimeZone = 'UTC'")
            con.execute("""create table lake_rows (
                hospital_id varchar, name_th varchar, beds bigint, outpatients bigint,
                computed_on date, _delivery varchar, _record bigint, _received_at timestamptz);
                create table receipts
                (source varchar, delivery varchar, received_at timestamptz, number bigint)""")
            con.execute("insert into receipts values ('hospitals', 'no rows', '2026-02-01', 0)")
            for number, each in enumerate(deliveries, 1):
                at = each.at.astimezone(UTC)
                name = f"d{number % 3}"  # files whose bytes come again have one name
                con.execute(
                    "insert into receipts values ('hospitals', ?, ?, ?)", [name, at, number]
                )
                for record, (key, (name_th, beds)) in enumerate(each.rows.items()):
                    con.execute(
                        "insert into lake_rows values (?, ?, ?, ?, ?, ?, ?, ?)",
                        [key, name_th, beds, number, each.issued, name, record, at],
                    )
            con.execute("insert into lake_rows values ('h9', '', 1, 1, null, 'none', 1, now())")
            for path, table in (("_receipts.parquet", "receipts"), ("hospitals/", "lake_rows")):
                sql = instead(sql, path, table)
            return con.execute(
                f"select hospital_id, name_th, beds, valid_from, valid_until from ({sql}) "
                "order by hospital_id, valid_from nulls first"
            ).fetchall()


def instead(sql: str, path: str, table: str) -> str:
    """The query over a table where it read the files of a path."""
    while path in sql:
        start = sql.rindex("read_parquet(", 0, sql.index(path))
        depth, end = 0, start
        for end in range(start, len(sql)):
            depth += (sql[end] == "(") - (sql[end] == ")")
            if sql[end] == ")" and depth == 0:
                break
        sql = sql[:start] + table + sql[end + 1 :]
    return sql


@pytest.fixture(scope="module")
def macro(tmp_path_factory: pytest.TempPathFactory) -> Macro:
    return Macro(tmp_path_factory.mktemp("dated"))


def day_by_day(deliveries: list[Delivery]) -> list[Version]:
    """The same, slowly: who is in force is asked for each day, and equal days are put together."""
    received = [each.at.astimezone(BANGKOK).date() for each in deliveries]

    def in_force(day: date) -> Delivery:
        there = [
            (each.issued or date.min, number)
            for number, each in enumerate(deliveries)
            if received[number] <= max(day, min(received))
        ]
        return deliveries[max(there)[1]]

    first, last = min(received) - DAY, max(received)
    days = [first + n * DAY for n in range((last - first).days + 1)]
    found: list[Version] = []
    for key in sorted({key for each in deliveries for key in each.rows}):
        said = [in_force(day).rows.get(key) for day in days]
        for start, end in runs(said):
            if (content := said[start]) is not None:
                found.append((
                    key, *content, days[start] if start else None,
                    days[end] if end < len(days) - 1 else None,
                ))  # fmt: skip
    return found


def runs(values: list[object]) -> Iterator[tuple[int, int]]:
    start = 0
    for here in range(1, len(values) + 1):
        if here == len(values) or values[here] != values[start]:
            yield start, here - 1
            start = here


def test_the_first_delivery_holds_since_ever_and_the_last_until_further_notice(
    macro: Macro,
) -> None:
    told = macro.versions([came(0, h1=100), came(4, h1=120, h2=60)])

    assert told == [
        ("h1", "โรงพยาบาล", 100, None, date(2026, 3, 4)),
        ("h1", "โรงพยาบาล", 120, date(2026, 3, 5), None),
        ("h2", "โรงพยาบาล", 60, date(2026, 3, 5), None),
    ]


def test_what_is_absent_ends_the_day_before_and_begins_anew_when_it_returns(macro: Macro) -> None:
    told = macro.versions([came(0, h1=1, h2=2), came(2, h2=2), came(5, h1=1, h2=2)])

    assert told == [
        ("h1", "โรงพยาบาล", 1, None, date(2026, 3, 2)),
        ("h1", "โรงพยาบาล", 1, date(2026, 3, 6), None),
        ("h2", "โรงพยาบาล", 2, None, None),
    ]


def test_a_day_is_one_of_thailand_and_has_the_last_that_came_on_it(macro: Macro) -> None:
    """One minute before midnight is still that day, though an hour later it is another one."""
    told = macro.versions([came(0, h1=1), came(3, 6, h1=2), came(3, 23, h1=3), came(4, 0, h1=4)])

    assert [row[2:] for row in told] == [
        (1, None, date(2026, 3, 3)),
        (3, date(2026, 3, 4), date(2026, 3, 4)),
        (4, date(2026, 3, 5), None),
    ]


def test_an_older_issue_that_comes_later_is_never_in_force(macro: Macro) -> None:
    deliveries = [came(0, 8, 0, h1=1), came(2, 8, 2, h1=3), came(4, 8, 1, h1=2)]

    assert [row[2:] for row in macro.versions(deliveries, "computed_on")] == [
        (1, None, date(2026, 3, 2)),
        (3, date(2026, 3, 3), None),
    ]
    assert len(macro.versions(deliveries)) == 3


@pytest.mark.parametrize("issued", ["", "computed_on"])
def test_any_sequence_of_deliveries_is_told_as_day_by_day(macro: Macro, issued: str) -> None:
    chance = random.Random(f"registers {issued}")
    for _ in range(150):
        hours = sorted(chance.sample(range(24 * 9), chance.randrange(1, 8)))
        if chance.random() < 0.2:
            chance.shuffle(hours)  # a clock that was set back: the ledger has the order
        deliveries = [
            Delivery(
                datetime.combine(FIRST, time(), tzinfo=BANGKOK) + timedelta(hours=hour),
                {key: (chance.choice(["a", "a|", None]), chance.choice([1, None]))
                 for key in ("h1", "h2") if n == 0 or chance.random() < 0.7} or {"h3": ("a", 1)},
                chance.choice([None, FIRST, FIRST + DAY]) if issued else None,
            )
            for n, hour in enumerate(hours)
        ]  # fmt: skip

        assert macro.versions(deliveries, issued) == day_by_day(deliveries), deliveries


@pytest.mark.parametrize("differs", [{"delivery": "increment"}, {"conflict": "keep"}])
def test_what_is_no_register_is_refused_by_name(macro: Macro, differs: dict[str, str]) -> None:
    run = macro.compile("dated_rows('hospitals')", CONTRACT | differs)

    assert run.returncode
    assert "dated_rows('hospitals') needs a register" in run.stdout + run.stderr


def test_a_register_with_days_of_its_own_keeps_them(macro: Macro) -> None:
    plain = macro.compiled("", "winning_rows('local_authorities')")

    assert macro.compiled("", "dated_rows('local_authorities')") == plain
