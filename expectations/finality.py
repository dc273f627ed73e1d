"""Final values: what the last release called final is there, and the same, in the next one.

Belongs here: which values of the last release are final, comparing them by key with a candidate,
what a method change excuses. Does not belong here: how it is told (`final_rules.py`), what makes
a row final (the models), where the last release lies (`orchestration/gating.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.products import MethodChange, Product
from expectations.asking import asking
from expectations.report import SAMPLE, Row, cell
from ingestion.clock import BANGKOK
from ingestion.words.sql import literal, quote

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_FLOATS = ("DOUBLE", "FLOAT")
_YEARS = ("SMALLINT", "INTEGER", "BIGINT")


@dataclass(frozen=True)
class LastRelease:
    """What readers have of a product, and what its manifest says of it."""

    table: Path
    published_at: datetime
    method: int = 0
    schema_version: str = "0.0.0"


@dataclass(frozen=True)
class Moved:
    """Final values that are not what they were: how many, the first of them, how many are gone."""

    count: int = 0
    rows: tuple[Row, ...] = ()
    gone: int = 0


@dataclass(frozen=True)
class Kept:
    """What became of the final values of a last release: `changes` are new since, and excuse."""

    gone: Moved
    changed: Moved
    excused: Moved
    changes: tuple[MethodChange, ...]


def compare(product: Product, table: pyarrow.Table, last: LastRelease) -> Kept:
    """Hold a candidate against the last release, in the columns that both have.

    A column that the contract gave up under a new major schema version is not compared; one that
    it lost within the same is gone. What has another type now is compared as that type.
    """
    changes = tuple(each for each in product.method_changes if each.number > last.method)
    excused = _excused(changes)
    with asking() as connection:
        connection.execute("set timezone = 'Asia/Bangkok'")
        connection.register("candidate", table)
        path = literal(str(last.table))
        connection.execute(f"create temp view last_release as from read_parquet({path})")
        _Comparison(connection, product, last).write_moved()
        return Kept(
            _moved(connection, product, f"is_gone and not {excused}"),
            _moved(connection, product, f"not is_gone and not {excused}"),
            _moved(connection, product, excused),
            changes,
        )


def _excused(changes: Sequence[MethodChange]) -> str:
    """The condition that a method change may have moved a value."""
    if any(not change.columns for change in changes):
        return "true"
    names = sorted({name for change in changes for name in change.columns})
    # A whole row that is gone has no column: only a change that names none may take it.
    return f"coalesce(named in ({', '.join(map(literal, names))}), false)" if names else "false"


def _moved(connection: duckdb.DuckDBPyConnection, product: Product, where: str) -> Moved:
    counted = f"select count(*), count(*) filter (is_gone) from moved where {where}"
    count, gone = connection.execute(counted).fetchone() or (0, 0)
    first = connection.execute(
        f"select * exclude (is_gone) from moved where {where} order by all limit {SAMPLE}"
    ).fetchall()
    names = [*product.key, "column", "before", "now", "reason"]
    rows = tuple(dict(zip(names, map(cell, row), strict=True)) for row in first)
    return Moved(count, rows, gone)


class _Comparison:
    """Writes the table `moved`: a row for each final value that is not what it was."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, product: Product, last: LastRelease
    ) -> None:
        self._connection = connection
        self._product = product
        self._last = last
        self._before = self._types("last_release")
        self._now = self._types("candidate")
        self._by_status = self._says_its_status()

    def write_moved(self) -> None:
        run = self._connection.execute
        keys = ", ".join(f"key_{place} varchar" for place in range(len(self._product.key)))
        run(
            f"create temp table moved ({keys}, named varchar, before varchar, now varchar,"
            " reason varchar, is_gone boolean)"
        )
        run(f"create temp table final as from last_release where {self._is_final()}")
        if other := self._other_key():
            self._insert("final as was", "true", reason=literal(other))
            return
        same = " and ".join(
            f"{_is(name, 'now')} is not distinct from {self._as_now(name)}"
            for name in self._product.key
        )
        run(
            "create temp table paired as select was, now, now._there as is_there from final as was"
            f" left join (select *, true as _there from candidate) as now on {same}"
        )
        self._insert("paired", "is_there is null", reason="'the row is gone'")
        for name in self._before:
            if name not in (*self._product.key, *self._product.provenance_columns):
                self._compare_column(name)

    def _compare_column(self, name: str) -> None:
        before = _value(_is(name, "was"), self._before[name])
        if name not in self._now:
            if (
                self._last.schema_version.split(".")[0]
                == self._product.schema_version.split(".")[0]
            ):
                gone = f"is_there and {before} is not null"
                self._insert("paired", gone, name, before, reason="'the column is gone'")
            return
        kind = self._now[name]
        now = _value(_is(name, "now"), kind)
        as_now = _value(self._as_now(name), kind)
        same = f"{as_now} is not distinct from {now}"
        if kind in _FLOATS:
            # Sums of such numbers differ in their last figures from one build to the next.
            near = f"abs({as_now} - {now}) <= 1e-9 * greatest(abs({as_now}), abs({now}))"
            same = f"({same} or coalesce({near}, false))"
        # What could not be read as its new type was there all the same.
        lost = f"({before} is not null and {as_now} is null)"
        gone = f"({before} is not null and {now} is null)"
        if name == "status" and self._by_status:
            gone = f"{now} is distinct from 'final'"
        where = f"is_there and (not {same} or {lost})"
        self._insert("paired", where, name, before, now, self._reason_of(name), gone)

    def _insert(
        self,
        rows: str,
        where: str,
        name: str | None = None,
        before: str = "null",
        now: str = "null",
        reason: str = "null",
        gone: str = "true",
    ) -> None:
        keys = ", ".join(
            f"cast({_is(key, 'was')} as varchar)" if key in self._before else "null"
            for key in self._product.key
        )
        named = literal(name) if name else "null"
        self._connection.execute(
            f"insert into moved select {keys}, {named}, cast({before} as varchar),"
            f" cast({now} as varchar), cast({reason} as varchar), {gone} from {rows} where {where}"
        )

    def _as_now(self, name: str) -> str:
        """A value of the last release in the type that the column has now."""
        before, now = self._before[name], self._now[name]
        return _is(name, "was") if before == now else f"try_cast({_is(name, 'was')} as {now})"

    def _reason_of(self, name: str) -> str:
        """The column of the candidate that says why this one has no value, if there is one."""
        for other in self._now:
            stem = other.removesuffix("_status").removesuffix("_reason")
            if other not in (stem, name) and (name == stem or name.startswith(f"{stem}_")):
                return _is(other, "now")
        return "null"

    def _other_key(self) -> str:
        """Why the rows of the last release cannot be found by the key of today; empty if so."""
        new = [name for name in self._product.key if name not in self._before]
        if new:
            return f"the last release has no key column {', '.join(new)}"
        key = ", ".join(map(quote, self._product.key))
        query = f"select 1 from last_release group by {key} having count(*) > 1 limit 1"
        if self._connection.execute(query).fetchone():
            return f"the key {key} does not tell the rows of the last release apart"
        return ""

    def _is_final(self) -> str:
        """The condition that a row of the last release is final.

        Its `status` says so. A product without that column calls final what was over when it was
        published: by `period_end`, else by `year`, else every row.
        """
        if self._by_status:
            return "status = 'final'"
        at = self._last.published_at.astimezone(BANGKOK)
        if self._before.get("period_end", "").startswith(("DATE", "TIMESTAMP")):
            end = f"cast(period_end as timestamptz) <= timestamptz '{at.isoformat()}'"
            return f"coalesce({end}, true)"
        if self._before.get("year") in _YEARS:
            return f"coalesce(year < {at.year}, true)"
        return "true"

    def _says_its_status(self) -> bool:
        """Whether there is a column of that name, and of that meaning."""
        if "status" not in self._before:
            return False
        other = "select 1 from last_release where status not in ('final', 'provisional') limit 1"
        return self._connection.execute(other).fetchone() is None

    def _types(self, table: str) -> dict[str, str]:
        found = self._connection.execute(f"describe {table}").fetchall()
        return {str(name): str(kind) for name, kind, *_ in found}


def _value(expression: str, kind: str) -> str:
    """A value, or null for what readers cannot tell from none: an empty text, a NaN."""
    if kind == "VARCHAR":
        return f"nullif({expression}, '')"
    if kind in _FLOATS:
        return f"case when not isnan({expression}) then {expression} end"
    return expression


def _is(name: str, row: str) -> str:
    return f"{row}.{quote(name)}"
