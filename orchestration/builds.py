"""The numbered record of every build of the curated tables, kept in the lake.

Belongs here: what a record says, reading the last one, adding one. Does not belong here: what a
build must do, and doing it (`building.py`).
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from ingestion.errors import TransientError
from ingestion.sealed import Damaged, read_sealed, seal, sha256
from ingestion.storage import KeyExists, ObjectStore, keys
from ingestion.storage.lease import fence
from ingestion.storage.numbering import listed, newest, tell, told

_REMEDY = "bring it back from a backup, or delete it: the next build makes every table anew"


class BuildConflict(TransientError):
    """Another process has recorded a build under this number meanwhile."""


class Build(BaseModel):
    """What one build was made from and how it ended; kept in the lake as a numbered record.

    `ledgers` tells, by source, the last ledger record whose rows are in it. `broken` names the
    dbt nodes that failed, with their message; products below them are held back.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    day: date
    as_of: datetime
    code: str
    ledgers: dict[str, int]
    full: bool
    token: str = ""
    """A random word that the catalogue repeats: its tables are those of this build."""
    fence: int = 0
    """The number of the lease under which it was made; 0 for one of the time before leases."""
    before: str = ""
    """SHA-256 of the record before it, as it lies in the store."""
    broken: dict[str, str] = {}
    tables: tuple[str, ...] = ()
    """`schema/name` of every table and view that this build made."""
    spoilt: dict[str, list[str]] = {}
    """dbt models that nobody may use, each with the names in `broken` that are to blame."""
    why: str = ""
    """Why a table was made anew, where that needs telling."""
    files: dict[str, str] = {}
    """SHA-256 of every file that the tables consist of, by key."""
    lineage: dict[str, tuple[str, ...]] = {}
    """By product, the sources that it is made from."""

    def blame(self, model: str) -> dict[str, str]:
        """What broke so that this model may not be used, with its message; empty when it may."""
        return {node: self.broken[node] for node in self.spoilt.get(model, ())}


def last_build(store: ObjectStore) -> Build | None:
    """The build that the curated tables are, or None before the first.

    Raises
    ------
    Damaged: its record is not what was written.
    """
    key = _last_key(store)
    return _read(store.get(key), key, store.url) if key else None


def history(store: ObjectStore) -> tuple[Build, ...]:
    """All builds, oldest first. A stray file beside their records is none.

    Raises
    ------
    Damaged: one record is not what was written, or does not follow the one before.
    """
    found: list[Build] = []
    last = ""
    for key in listed(store, keys.BUILDS, build_key):
        body = store.get(key)
        build = _read(body, key, store.url)
        if build.before not in ("", last):
            raise Damaged(key, store.url, "it does not follow the one before it", fix=_REMEDY)
        found.append(build)
        last = sha256(body)
    return tuple(found)


def keep_build(store: ObjectStore, done: Build) -> None:
    """Add the record of a build. Until then it has not happened.

    Raises
    ------
    LeaseLost: another process holds the lake by now.
    BuildConflict: its number is taken; what the tables are now, nobody knows.
    """
    last = _last_key(store)
    before = sha256(store.get(last)) if last else ""
    record = done.model_copy(update={"before": before, "fence": fence()})
    body = seal(record.model_dump_json(exclude_defaults=True).encode())
    key = keys.build_record(done.id)
    try:
        store.put(key, body, if_absent=True, content_type="application/json")  # the commit point
    except KeyExists:
        raise BuildConflict(
            f"another process has made build {done.id} meanwhile", fix="build again"
        ) from None
    tell(store, keys.NEWEST_BUILD, int(done.id))


def build_key(number: int) -> str:
    """The key of the record of a build."""
    return keys.build_record(f"{number:08d}")


def _last_key(store: ObjectStore) -> str | None:
    number = newest(store, build_key, told(store, keys.NEWEST_BUILD))
    return build_key(number) if number else None


def _read(body: bytes, key: str, url: str) -> Build:
    return read_sealed(Build, body, key, url, fix=_REMEDY)
