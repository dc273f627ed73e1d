"""Every object of the lake held against what was recorded of it, and every key against itself.

All of it when somebody asks, a thirtieth every night: objects are dealt to thirty parts by their
keys, and the lake remembers which part comes next, so that a night that is cut off does its part
again. Belongs here: what there is to look at, and what to do about each kind. Does not belong
here: what a build looks at before it reads (`soundness.py`), and the open store
(`publication/verify.py`).
"""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from expectations.report import GateReport
from ingestion.deliveries.damage import Damage, written_for, wrong_with
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.ledger_records import (
    ANEW,
    CHECKPOINTS,
    RecordLost,
    checkpoint_key,
    read_checkpoint,
)
from ingestion.errors import CdpError
from ingestion.privacy.belonging import identity
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.vault import Vault
from ingestion.sealed import Damaged, broken_seal, read_sealed
from ingestion.storage import KeyMissing, ObjectStore, keys
from orchestration.builds import history, last_build
from orchestration.deployment import Deployment
from orchestration.numbered_records import is_record, spoken, strays
from orchestration.table_sums import FIX, examine_sums, table_sums
from orchestration.tables import open_tables

PARTS = 30
_BACKUP = "bring it back from a backup of the lake"
_REPLAY = (
    "cdp nightly makes it again from its raw bytes before a build reads it, or a backup has it"
)
_WRITE = "cdp city history of its day writes it again, or a backup has it"
_ANEW = "cdp build --anew makes every table from the lake"
_GATE = "cdp gate judges the candidate again"

Look = Callable[[], str]
"""Looks at one object: what is wrong with it, or nothing."""


@dataclass(frozen=True)
class Verified:
    """What was looked at, and what is damaged."""

    objects: int
    damages: tuple[Damage, ...]
    part: int | None = None
    """Which part of the lake it was, from 1; None for all of it."""

    @property
    def ok(self) -> bool:
        """Was everything what was written?"""
        return not self.damages


@dataclass(frozen=True)
class _Item:
    key: str
    look: Look
    fix: str


def verify(
    deployment: Deployment,
    progress: Callable[[str], None] = lambda _: None,
    *,
    part: int | None = None,
) -> Verified:
    """Look at every object of the lake, or at those of one part, and at the keys.

    Parameters
    ----------
    part: 1 to 30; None for all.
    """
    seen, damages = 0, list[Damage]()
    for item in _items(deployment):
        if part is not None and zlib.crc32(item.key.encode()) % PARTS != part - 1:
            continue
        seen += 1
        progress(f"{seen} looked at, {len(damages)} damaged: {item.key}")
        try:
            found = item.look()
        except CdpError as error:
            found = f"cannot be read: {error.what}"
        if found:
            damages.append(Damage(item.key, found, item.fix))
    return Verified(seen, tuple(damages), part)


def verify_next_part(deployment: Deployment) -> Verified:
    """Look at the thirtieth of the lake whose turn it is."""
    store = deployment.lake
    try:
        turn = int(json.loads(store.get(keys.NEXT_PART))["next"])
    except (KeyMissing, ValueError, KeyError, TypeError):  # damaged: begin anew, nothing is lost
        turn = 1
    part = turn if 1 <= turn <= PARTS else 1
    done = verify(deployment, part=part)
    body = json.dumps({"next": part % PARTS + 1}).encode()
    store.put(keys.NEXT_PART, body, content_type="application/json")  # this part is done
    return done


def _items(deployment: Deployment) -> Iterator[_Item]:
    store = deployment.lake
    yield _Item(keys.LAKE, partial(_raises, partial(identity, store)), _BACKUP)
    for key in (keys.KEY_STORE, keys.CITY_SCALE, keys.WRITTEN_HISTORY):
        if store.head(key):
            yield _Item(key, partial(_sealed, store, key), _BACKUP)
    yield from _said(store)
    yield from _sources(deployment)
    yield from _received(deployment)
    yield _Item(keys.BUILDS, partial(_raises, partial(history, store)), _ANEW)
    yield from _tables(deployment)
    yield from _judged(store)
    yield from _keys(deployment)


def _sources(deployment: Deployment) -> Iterator[_Item]:
    """Ledgers, and what they say of rows and of what was kept out."""
    store = deployment.lake
    listed = [info.key for info in store.list("ledger/") if is_record(info.key)]
    packed = [Path(info.key).stem for info in store.list(CHECKPOINTS)]
    sources = {name for name in packed if is_record(f"ledger/{name}/00000001.json")}
    for source in sorted(sources | {key.split("/")[1] for key in listed}):
        prefix = keys.ledger_prefix(source)
        ledger = Ledger(store, source, one_by_one=True)
        there = {key for key in listed if key.startswith(prefix)}
        yield _Item(prefix, partial(_ledger, store, ledger, source, there), _BACKUP)
        if store.head(checkpoint_key(source)):
            yield _Item(checkpoint_key(source), partial(_checkpoint, store, source), ANEW)
        with contextlib.suppress(CdpError):  # told by the item above
            entries = [entry for record in ledger.records() for entry in record.entries]
            received = {entry.sha256 for entry in entries if entry.raw}
            for key, written in written_for(entries).items():
                if written.sha256:
                    fix = _REPLAY if written.delivery in received else _WRITE
                    yield _Item(key, _looks(store, key, written.sha256), fix)
            for raw in {entry.raw: entry for entry in entries if entry.raw.startswith("raw/")}:
                if store.head(raw) is None:
                    yield _Item(raw, lambda: "is missing", _BACKUP)


def _said(store: ObjectStore) -> Iterator[_Item]:
    """What people said and were told; and what lies among records and is none."""
    for key in strays(store):
        none = "is no record of the platform's"
        yield _Item(key, partial(str, none), "look what it is, and remove it")
    for prefix, look in spoken(store):
        yield _Item(prefix, partial(_raises, look), _BACKUP)


def _ledger(store: ObjectStore, ledger: Ledger, source: str, there: Collection[str]) -> str:
    """Every record by itself, and whether one is missing."""
    said = _raises(ledger.records)
    due = (keys.ledger(source, number) for number in range(1, len(there) + 1))
    if missing := [key for key in due if key not in there]:
        follow = f"of which {ledger.known} follow one another"
        return f"has {len(there)} records, {follow}; {missing[0]} is missing"
    try:
        read_checkpoint(store, source)
    except RecordLost as error:
        return said or error.what
    except Damaged:  # told by itself
        pass
    return said


def _checkpoint(store: ObjectStore, source: str) -> str:
    try:
        read_checkpoint(store, source)
    except RecordLost:  # told of the ledger
        return ""
    except Damaged as error:
        return f"is damaged: {error.what}"
    return ""


def _received(deployment: Deployment) -> Iterator[_Item]:
    """Raw bytes, which are named by their hash; their receipts; and what the vault can open."""
    store = deployment.lake
    for info in store.list("raw/"):
        name = info.key.rsplit("/", 1)[1]
        if name.endswith(".receipt.json"):
            fix = f"{_BACKUP}, or delete it: it only tells where the bytes came from"
            yield _Item(info.key, partial(_sealed, store, info.key), fix)
        else:
            yield _Item(info.key, _looks(store, info.key, name.split(".")[0]), _BACKUP)
    with contextlib.suppress(CdpError):  # without a key store the vault is noise
        vault = Vault.of(deployment.settings, store)
        for kept in vault.kept():
            if kept.readable:
                key = keys.vault(kept.source, kept.day, kept.sha256)
                yield _Item(key, partial(_raises, partial(vault.examine, key)), _BACKUP)


def _tables(deployment: Deployment) -> Iterator[_Item]:
    """The catalogue, every part of it, and the files of which it says that the tables consist;
    before the first build there is none of them."""
    store, sums = deployment.lake, dict[str, str]()
    with contextlib.suppress(CdpError):  # told by the item of the records
        last = last_build(store)
        if last is None:
            return
        sums = table_sums(store, last)
    yield _Item("the catalogue", partial(_raises, partial(_read_catalogue, deployment)), _ANEW)
    if store.head(keys.TABLE_SUMS):
        yield _Item(keys.TABLE_SUMS, partial(_raises, partial(examine_sums, store)), FIX)
    # Where the catalogue cannot say which of those that lie there it means, all of them.
    lying = {info.key for info in store.list(f"{keys.curated_root()}/")}
    files: Collection[str] = lying | sums.keys()
    with contextlib.suppress(CdpError), open_tables(deployment, read_only=True) as tables:
        files = tables.files()
    for key in files:
        yield _Item(key, _looks(store, key, sums.get(key, "")), _ANEW)


def _read_catalogue(deployment: Deployment) -> None:
    with open_tables(deployment, read_only=True) as tables:
        tables.read_all()


def _judged(store: ObjectStore) -> Iterator[_Item]:
    """Verdicts of the gate, and the files that they are about."""
    for info in store.list("candidate/"):
        folder, name = info.key.rsplit("/", 1)
        if name != "gate.json":
            continue
        yield _Item(info.key, partial(_sealed, store, info.key), _GATE)
        with contextlib.suppress(CdpError):
            report = read_sealed(GateReport, store.get(info.key), info.key, store.url, fix=_GATE)
            for file in report.files:
                key = f"{folder}/{file.name}"
                yield _Item(key, _looks(store, key, file.sha256), _GATE)


def _keys(deployment: Deployment) -> Iterator[_Item]:
    fix = "bring it back from the copy of the key store"
    try:
        key_store = KeyStore.of(deployment.settings)
        names = list(key_store.names())
    except CdpError as error:
        message = error.message
        yield _Item("the key store", lambda: message, fix)
        return
    for name in names:
        yield _Item(f"key {name}", partial(_raises, partial(key_store.find, name)), fix)


def _looks(store: ObjectStore, key: str, sha256: str) -> Look:
    return partial(wrong_with, store, key, sha256)


def _sealed(store: ObjectStore, key: str) -> str:
    body = store.get(key)
    try:
        json.loads(body)
    except ValueError:
        return "is damaged: it is no longer JSON"
    problem = broken_seal(body)
    return f"is damaged: {problem}" if problem else ""


def _raises(ask: Callable[[], object]) -> str:
    try:
        ask()
    except CdpError as error:
        return f"is damaged: {error.what}"
    return ""
