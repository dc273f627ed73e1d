"""What the files of the curated tables must be: SHA-256 by key, as it was recorded of each.

A build records the files that it left. Whoever puts the tables in order afterwards writes others
with the same rows, and records these here, before the catalogue names them. Does not belong here:
looking at a file (`soundness.py`), and what is done with the tables (`maintaining.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ingestion.sealed import Damaged, read_sealed, seal
from ingestion.storage import KeyMissing, ObjectStore, keys
from ingestion.storage.lease import fence
from orchestration.builds import Build

log = logging.getLogger(__name__)
FIX = "delete it: the next build makes every table anew, cdp build --anew at once"


class Sums(BaseModel):
    """The files in which the tables of one build lie since they were put in order."""

    model_config = ConfigDict(frozen=True)

    build: str
    token: str
    """The word of that build (`Build.token`): a later one of the same number is another."""
    fence: int
    files: dict[str, str]


def table_sums(store: ObjectStore, build: Build) -> dict[str, str]:
    """SHA-256 by key of every file that the tables of a build may consist of.

    Where the record of files that were written since is damaged, those are unknown, so that
    whoever asks takes them for damaged.
    """
    try:
        found = _read(store)
    except Damaged as error:
        log.warning("%s", error.message)
        return build.files
    if found is None or (found.build, found.token) != (build.id, build.token):
        return build.files
    return found.files


def keep_sums(store: ObjectStore, build: Build, files: Mapping[str, str]) -> None:
    """Record what the files must be that the tables of a build consist of from now on.

    Raises
    ------
    LeaseLost: another process holds the lake by now.
    """
    found = Sums(build=build.id, token=build.token, fence=fence(), files=dict(files))
    body = seal(found.model_dump_json().encode())
    store.put(keys.TABLE_SUMS, body, content_type="application/json")


def examine_sums(store: ObjectStore) -> None:
    """Raise `Damaged` if the record is not what was written."""
    _read(store)


def _read(store: ObjectStore) -> Sums | None:
    try:
        body = store.get(keys.TABLE_SUMS)
    except KeyMissing:
        return None
    return read_sealed(Sums, body, keys.TABLE_SUMS, store.url, fix=FIX)
