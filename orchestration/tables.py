"""The curated tables as their catalogue has them: of which lake, of which build, in which files.

The catalogue keeps that in a view of its own, which costs no file. Does not belong here: how the
catalogue is reached (`ingestion/engine.py`), what is in the tables, and building them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from dbt_project.fingerprints import Fingerprints
from ingestion.engine import LAKE, EngineError, attach_lake, catalogue_failure, connect
from ingestion.privacy.belonging import identity
from ingestion.storage import keys
from orchestration.deployment import Deployment

_HOLDS = f"__ducklake_metadata_{LAKE}"
_SAYS = f"{LAKE}.main.this_catalogue"
_OF = "build "
_INLINED = 100_000
FINGERPRINTS = f"{LAKE}.main.period_fingerprint"
"""What the rows of each period of each table were made from. dbt writes it in the transaction that
writes the rows (`macros/periods.sql`), so that neither is ever there without the other."""


@dataclass(frozen=True)
class Tables:
    """The open catalogue."""

    con: duckdb.DuckDBPyConnection
    token: str
    """The word of the build whose tables these are (`Build.token`); empty when it does not say."""

    def files(self, of: str = "") -> dict[str, int]:
        """The files that the tables consist of now: size in bytes by key in the lake store.

        Parameters
        ----------
        of: the name of one table; empty for all.
        """
        found: dict[str, int] = {}
        for files in self.files_by_table(of).values():
            found |= files
        return found

    def files_by_table(self, of: str = "") -> dict[str, dict[str, int]]:
        """The same by the name of the table."""
        found: dict[str, dict[str, int]] = {}
        tables = self.con.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = ? and ? in ('', table_name)",
            [LAKE, of],
        ).fetchall()
        for schema, table in tables:
            rows = self.con.execute(
                "select data_file, data_file_size_bytes, delete_file, delete_file_size_bytes "
                f"from ducklake_list_files('{LAKE}', ?, schema => ?)",
                [table, schema],
            ).fetchall()
            files = found.setdefault(table, {})
            for data, size, deleted, deleted_size in rows:
                files[_key(data)] = size
                if deleted:
                    files[_key(deleted)] = deleted_size
        return found

    def fingerprints(self) -> dict[str, Fingerprints]:
        """What the rows of each period of each table were made from."""
        found: dict[str, Fingerprints] = {}
        if self._keeps_fingerprints():
            for model, period, kept in self.con.execute(f"from {FINGERPRINTS}").fetchall():
                found.setdefault(model, {})[period] = kept
        return found

    def forget(self, models: Iterable[str]) -> None:
        """Know nothing any more of what these tables were made from: they are to be made anew."""
        self.con.execute(f"delete from {FINGERPRINTS} where model in ?", [list(models)])

    def prepare(self) -> None:
        """See that there is a place for fingerprints."""
        if self._keeps_fingerprints():
            return
        self.con.execute(
            f"create table {FINGERPRINTS} (model varchar, period date, fingerprint varchar)"
        )
        # A few rows in each build: in the catalogue, or each time a file or two.
        name = FINGERPRINTS.rsplit(".", 1)[1]
        self.con.execute(
            f"call {LAKE}.set_option('data_inlining_row_limit', {_INLINED}, "
            f"schema => 'main', table_name => '{name}')"
        )

    def keep(self, fingerprints: Mapping[str, Fingerprints]) -> None:
        """Know from now on what these were made from, and nothing else of them."""
        self.forget(fingerprints)
        rows = [(m, p, kept) for m, of in fingerprints.items() for p, kept in of.items()]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.con.execute(
                f"insert into {FINGERPRINTS} select unnest(?), unnest(?::date[]), unnest(?)",
                columns,
            )

    def _snapshot_of(self, build: str) -> int | None:
        return max((number for number, of in self.snapshots().items() if of == build), default=None)

    def _keeps_fingerprints(self) -> bool:
        there = "select 1 from duckdb_tables() where database_name = ? and table_name = ?"
        return bool(self.con.execute(there, [LAKE, FINGERPRINTS.rsplit(".", 1)[1]]).fetchall())

    def snapshots(self) -> dict[int, str]:
        """The states of all tables that the catalogue still knows: the build of each by number,
        empty for what was written in the course of one."""
        rows = self.con.execute(
            f"select snapshot_id, commit_message from {LAKE}.snapshots() order by snapshot_id"
        ).fetchall()
        return {number: (said or "").removeprefix(_OF) for number, said in rows}

    def untested_since(self, build: str) -> set[str]:
        """The tables that were written after all were those of a build: by one that was stopped,
        so perhaps before it tested them."""
        last = self._snapshot_of(build)
        if last is None or not self._keeps_fingerprints():
            return set()
        rows = self.con.execute(
            f"select distinct model from (from {FINGERPRINTS} except "
            f"from {FINGERPRINTS} at (version => {last}))"
        ).fetchall()
        return {model for (model,) in rows}

    def written_since(self, build: str) -> set[str]:
        """Names of the files that were written after the tables were those of a build."""
        last = self._snapshot_of(build)
        if last is None:
            return set()
        found = self.con.execute(
            f"select path from {_HOLDS}.ducklake_data_file where begin_snapshot > ? "
            f"union all select path from {_HOLDS}.ducklake_delete_file where begin_snapshot > ?",
            [last, last],
        ).fetchall()
        return {path.rpartition("/")[2] for (path,) in found}

    def say(self, build: str) -> None:
        """Let the snapshot that this transaction makes be one of a build."""
        self.con.execute(f"call ducklake_set_commit_message('{LAKE}', 'cdp', ?)", [f"{_OF}{build}"])

    def read_all(self) -> None:
        """Read all that the catalogue holds: a damaged block shows when it is read."""
        known = "select table_name from duckdb_tables() where database_name = ?"
        for (name,) in self.con.execute(known, [_HOLDS]).fetchall():
            self.con.execute(f'select * from {_HOLDS}."{name}"').fetchall()


@contextmanager
def open_tables(deployment: Deployment, *, read_only: bool = False) -> Iterator[Tables]:
    """Open the catalogue of the curated tables.

    Raises
    ------
    EngineError: it cannot be opened or read, or it is the catalogue of another lake.
    """
    with connect(deployment.settings) as con:
        try:
            attach_lake(con, deployment.settings, read_only=read_only)
            yield Tables(con, _token(deployment, con))
        except duckdb.Error as error:
            raise catalogue_failure(deployment.settings, error) from None


def mark(
    deployment: Deployment,
    token: str,
    build: str = "",
    fingerprints: Mapping[str, Fingerprints] | None = None,
) -> dict[str, int]:
    """Write into the catalogue that its tables are of this lake and this build; their files.

    Parameters
    ----------
    token: the word of the build. build: its number, which the snapshot then bears.
    fingerprints: of what dbt tested and keeps nothing of itself.
    """
    lake = identity(deployment.lake).lake
    with open_tables(deployment) as tables:
        tables.prepare()
        tables.con.begin()
        tables.say(build)
        tables.keep(fingerprints or {})
        tables.con.execute(
            f"create or replace view {_SAYS} as select '{lake}' as lake, '{token}' as token"
        )
        tables.con.commit()
        return tables.files()


def _token(deployment: Deployment, con: duckdb.DuckDBPyConnection) -> str:
    there = con.execute(
        "select count(*) from duckdb_views() where database_name = ? and view_name = ?",
        [LAKE, _SAYS.rsplit(".", 1)[1]],
    ).fetchone()
    if not there or not there[0]:
        return ""
    lake, token = con.execute(f"select lake, token from {_SAYS}").fetchone() or ("", "")
    if lake != identity(deployment.lake).lake:
        raise EngineError(
            f"the catalogue of the curated tables belongs to another lake than "
            f"{deployment.lake.url}",
            expected=f"the catalogue of the lake that {keys.LAKE} there names",
            fix="set CDP_CATALOG and CDP_LAKE_URL to two that belong together; for a catalogue of "
            "its own, let CDP_CATALOG name a file or a database that is not there yet",
        )
    return str(token)


def _key(path: str) -> str:
    """The key in the lake store of a file as the catalogue names it."""
    root = f"{keys.curated_root()}/"
    return root + path.rsplit(f"/{root}", 1)[-1]
