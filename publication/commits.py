"""The commit log of the open store: what readers see, one numbered object a step.

Belongs here: reading the log, and adding to it so that of two writers one wins and both know.
Does not belong here: what a commit should say (`release.py`, `rollback.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from pydantic import BaseModel, Field, ValidationError

from ingestion.clock import Clock
from ingestion.deliveries.simulated import Simulation
from ingestion.errors import PermanentError, TransientError
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, StoreUnavailable, keys
from ingestion.storage.lease import fence
from ingestion.storage.numbering import listed, newest
from publication.checksums import digest
from publication.model import Action, Commit, Deed, ProductState, encode, stamp

# Every failed attempt means that another writer got one commit further.
_ATTEMPTS = 100


class PublishConflict(TransientError):
    """Another writer changed the same product after this decision was made: decide again."""


@dataclass(frozen=True)
class Change:
    """One product's step: what it was when the decision was made, and what it becomes."""

    product: str
    action: Deed
    was: ProductState | None
    becomes: ProductState


@dataclass(frozen=True)
class _Read:
    """A commit and the hash of its stored bytes, which the next commit names."""

    commit: Commit
    sha256: str


def head(store: ObjectStore) -> Commit | None:
    """The newest commit: resolve it once and stay on it. None before the first release."""
    read = _head(store)
    return read.commit if read else None


def history(store: ObjectStore) -> tuple[Commit, ...]:
    """All commits, oldest first."""
    return tuple(_read(store, key).commit for key in commit_keys(store))


def add(
    store: ObjectStore,
    clock: Clock,
    changes: tuple[Change, ...],
    *,
    simulation: Simulation | None = None,
) -> Commit | None:
    """Make all these changes visible as one commit.

    Parameters
    ----------
    simulation: how they were simulated; None for those of a real city, and for who does not know.
        A log that began as that of a simulated city stays so.

    Returns
    -------
    The commit, or None when there is nothing to do: every product is already what it becomes.

    Raises
    ------
    LeaseLost: another process holds the lake by now.
    PublishConflict: another writer changed one of these products in another way meanwhile.
    StoreUnavailable: the store did not take the commit; nothing changed for readers.
    """
    publish_id = uuid4().hex
    for _ in range(_ATTEMPTS):
        parent = _head(store)
        pending = _pending(parent.commit if parent else None, changes)
        if not pending:
            return None
        # Whoever lost the lease commits nothing; the number tells under which it was done.
        fenced = f"{fence():08d}-{publish_id}"
        commit = _next(parent, pending, fenced, clock, simulation)
        if _put(store, commit):
            return commit
    raise TransientError(
        f"other publishers were faster {_ATTEMPTS} times in a row", fix="publish again"
    )


def commit_keys(store: ObjectStore) -> Iterator[str]:
    """The keys of all commits, oldest first. A stray file beside them stops nobody."""
    return listed(store, keys.COMMITS, keys.commit)


def last_key(store: ObjectStore, told: int | None = None) -> str | None:
    """The key of the newest commit.

    Parameters
    ----------
    told: the commit that the catalogue tells of, where that has been read.
    """
    number = newest(store, keys.commit, _told(store) if told is None else told)
    return keys.commit(number) if number else None


def decode(body: bytes, key: str) -> Commit:
    """A commit from its bytes.

    Raises
    ------
    PermanentError: the object is damaged.
    """
    try:
        commit = Commit.model_validate_json(body)
    except ValidationError as error:
        raise _damaged(key, str(error.errors()[0]["msg"])) from None
    if encode(_sealed(commit)) != body:
        raise _damaged(key, f"SHA-256 {digest(body)}")
    return commit


def _sealed(commit: Commit) -> Commit:
    bare = commit.model_copy(update={"sha256": None})
    return bare.model_copy(update={"sha256": digest(encode(bare))})


def _damaged(key: str, found: str) -> PermanentError:
    return PermanentError(
        f"commit {key} is damaged: {found}",
        expected="a commit as it was written",
        fix="restore the object from a backup of the open store",
    )


class _Told(BaseModel):
    """What is read of the catalogue here: the commit that it tells of."""

    commit: int = Field(ge=1, le=keys.MAX_NUMBER)


def _told(store: ObjectStore) -> int:
    """The commit that the catalogue tells of, which is written after it; 0 where it tells none."""
    try:
        return _Told.model_validate_json(store.get(keys.CATALOG)).commit
    except (KeyMissing, ValidationError):
        return 0


def _head(store: ObjectStore) -> _Read | None:
    key = last_key(store)
    return _read(store, key) if key else None


def _read(store: ObjectStore, key: str) -> _Read:
    body = store.get(key)
    return _Read(decode(body, key), digest(body))


def _pending(parent: Commit | None, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    pending = []
    for change in changes:
        present = parent.products.get(change.product) if parent else None
        if present == change.becomes:
            continue
        if present != change.was:
            raise PublishConflict(
                f"product {change.product} was changed by another publisher", fix="publish again"
            )
        pending.append(change)
    return tuple(pending)


def _next(
    parent: _Read | None,
    changes: tuple[Change, ...],
    publish_id: str,
    clock: Clock,
    simulation: Simulation | None,
) -> Commit:
    before = parent.commit.products if parent else {}
    after = before | {change.product: change.becomes for change in changes}
    commit = Commit(
        number=parent.commit.number + 1 if parent else 1,
        parent=parent.commit.number if parent else None,
        parent_sha256=parent.sha256 if parent else None,
        publish_id=publish_id,
        committed_at=stamp(clock),
        actions=tuple(
            Action(product=change.product, action=change.action, version=change.becomes.version)
            for change in changes
        ),
        products=dict(sorted(after.items())),
        simulated=parent.commit.simulated if parent else simulation is not None,
        simulation=_told_of(simulation, parent.commit.simulation if parent else None),
    )
    return _sealed(commit)


def _told_of(simulation: Simulation | None, before: Simulation | None) -> Simulation | None:
    """What a commit says of the simulation: what its writer knows, or what was said before."""
    return simulation if simulation and simulation != Simulation() else before


def _put(store: ObjectStore, commit: Commit) -> bool:
    """Whether this commit is the one that the log now holds under its number."""
    key = keys.commit(commit.number)
    try:
        # The commit point: before this line readers see the old state, after it the new one.
        store.put(key, encode(commit), if_absent=True, content_type="application/json")
    except KeyExists:
        return _read(store, key).commit.publish_id == commit.publish_id
    except StoreUnavailable:
        # The answer may be lost, not the commit: only the log itself knows.
        if store.head(key) is None:
            raise
        return _read(store, key).commit.publish_id == commit.publish_id
    return True
