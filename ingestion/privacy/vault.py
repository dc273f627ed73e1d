"""Raw personal bytes: kept for a few days, sealed, and unreadable for ever once their day is over.

A clock that stood years ahead destroyed every key at once, and the night died of the first one that
was missing: so `expire` asks whether the clock is believable before it destroys anything.

Each source has a data key per day of receipt, wrapped by the master key; both are in the key
store, so a copy of the store's objects holds ciphertext and nothing to open it with. Destroying
the day's key erases the day in every copy at once; deleting the objects only makes room.
Does not belong here: how bytes are sealed (`sealing.py`), and the keys of pseudonyms
(`periods.py`), whose end `expire` sees to as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingestion.clock_trust import ClockTrust
from ingestion.errors import PermanentError
from ingestion.privacy.key_store import KEY_BYTES, KeyGone, KeyStore
from ingestion.privacy.periods import expire_periods, named
from ingestion.privacy.sealing import SealBroken, read_header, seal, unseal
from ingestion.scratch import scratch_folder
from ingestion.settings import Settings
from ingestion.storage import KeyExists, ObjectStore, keys

_ROOM = "vault"
_MASTER = "master/vault"
_NONCE = 12


@dataclass(frozen=True)
class Kept:
    """One sealed delivery."""

    source: str
    day: date
    sha256: str
    size: int
    expires_at: datetime
    readable: bool


@dataclass(frozen=True)
class Expired:
    """What one run of `expire` made unreadable."""

    objects: int = 0
    data_keys: tuple[str, ...] = ()
    period_keys: tuple[str, ...] = ()
    problem: str = ""
    """Why it could not be done to the end; empty when it was."""


class Vault:
    """The sealed deliveries of all personal sources."""

    def __init__(self, store: ObjectStore, key_store: KeyStore, days: int) -> None:
        self._store, self._keys, self._life = store, key_store, timedelta(days=days)

    @classmethod
    def of(cls, settings: Settings, store: ObjectStore) -> Vault:
        """The vault of a deployment. Raises `KeyStoreUnsafe`."""
        return cls(store, KeyStore.of(settings), settings.vault_days)

    def keep(self, source: str, day: date, sha256: str, path: Path) -> str:
        """Seal a file and put it away; the key of its object. Doing it again is no work.

        Raises
        ------
        KeyGone: the day's key was destroyed; such old bytes are not taken in any more.
        """
        key = keys.vault(source, day, sha256)
        data_key = self._data_key(source, day, make=True)
        header = {"key": _name(source, day), "source": source, "day": f"{day}", "sha256": sha256}
        with scratch_folder("seal") as folder:
            sealed = folder / "sealed"
            with path.open("rb") as plain, sealed.open("wb") as into:
                seal(plain, into, data_key, header)
            try:
                self._store.put(key, sealed, if_absent=True)
            except KeyExists:  # sealed by a run that ended before its ledger record
                return key
        return key

    def bring_back(self, key: str, path: Path) -> None:
        """Open a sealed delivery into a file of ours, whole or not at all.

        Raises
        ------
        KeyGone: its day is over. SealBroken: it is not what was put away. KeyMissing.
        """
        source, day, sha256 = _parts(key)
        data_key = self._data_key(source, day, make=False)
        wanted = {"key": _name(source, day), "source": source, "day": f"{day}", "sha256": sha256}
        digest = hashlib.sha256()
        part = path.with_name(f"{path.name}.part")
        try:
            with self._store.open(key) as sealed, part.open("wb") as file:
                if read_header(sealed) != wanted:
                    raise SealBroken(f"{key} holds another delivery", fix="do not use it")
                for piece in unseal(sealed, data_key, wanted):
                    digest.update(piece)
                    file.write(piece)
            if digest.hexdigest() != sha256:
                raise SealBroken(f"{key} does not hold the bytes of its name", fix="do not use it")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def examine(self, key: str) -> None:
        """See that a sealed delivery opens to the bytes of its name; they are kept nowhere.

        Raises
        ------
        KeyGone: its day is over. SealBroken: it is not what was put away. KeyMissing.
        """
        source, day, sha256 = _parts(key)
        data_key = self._data_key(source, day, make=False)
        wanted = {"key": _name(source, day), "source": source, "day": f"{day}", "sha256": sha256}
        digest = hashlib.sha256()
        with self._store.open(key) as sealed:
            if read_header(sealed) != wanted:
                raise SealBroken(f"{key} holds another delivery", fix="do not use it")
            for piece in unseal(sealed, data_key, wanted):
                digest.update(piece)
        if digest.hexdigest() != sha256:
            raise SealBroken(f"{key} does not hold the bytes of its name", fix="do not use it")

    def kept(self) -> Iterator[Kept]:
        """Every sealed delivery, and when it will be gone."""
        alive = set(self._keys.names(f"{_ROOM}/"))
        for info in self._store.list(f"{_ROOM}/"):
            if _is_none_of_ours(_parts, info.key):
                continue
            source, day, sha256 = _parts(info.key)
            readable = _name(source, day) in alive
            yield Kept(source, day, sha256, info.size, self._dies_at(day), readable)

    def readable(self, key: str) -> bool:
        """Is the key of this object's day still alive?"""
        source, day, _ = _parts(key)
        return _name(source, day) in set(self._keys.names(f"{_ROOM}/{source}/"))

    def erase(self, source: str, day: date) -> int:
        """Make one day of a source unreadable now, in every copy; how many objects it had."""
        self._keys.destroy(_name(source, day))  # the erasure; what follows makes room
        return self._clear(source, day)

    def expire(self, now: datetime) -> Expired:
        """Erase every day whose life is over, and the keys of pseudonyms that are due.

        All keys go before the first object does: a store that lets nothing be deleted keeps none
        of them alive.

        Raises
        ------
        ClockInDoubt: what is due cannot be told; nothing was destroyed.
        PermanentError: something lies there that is none of ours; all others that are due are gone.
        """
        ClockTrust(self._store).require(now)
        objects = [info.key for info in self._store.list(f"{_ROOM}/")]
        names = list(self._keys.names(f"{_ROOM}/"))
        strange = [key for key in objects if _is_none_of_ours(_parts, key)]
        strange += [f"key {name}" for name in names if _is_none_of_ours(_of_name, name)]
        strange += [f"key {name}" for name in self._keys.names("pseudonym/") if not named(name)]
        sealed = {_parts(key)[:2] for key in objects if key not in strange}
        kept = {_of_name(name) for name in names if f"key {name}" not in strange}
        due = sorted(pair for pair in sealed | kept if now >= self._dies_at(pair[1]))
        for source, day in due:
            self._keys.destroy(_name(source, day))
        periods = expire_periods(self._keys, now)
        cleared = sum(self._clear(source, day) for source, day in due)
        if strange:
            raise PermanentError(
                f"nobody knows when {strange[0]} is due"
                + (f" (and {len(strange) - 1} more)" if strange[1:] else ""),
                expected="names that the platform gives; everything else that was due is destroyed",
                fix="was it copied by hand, or by a backup? Remove it: a copy of a key brings back "
                "what was promised to be gone",
            )
        destroyed = tuple(_name(source, day) for source, day in due if (source, day) in kept)
        return Expired(cleared, destroyed, periods)

    def _clear(self, source: str, day: date) -> int:
        """Delete the objects of one day, which nothing opens any more; how many there were."""
        listed = [info.key for info in self._store.list(keys.vault_prefix(source))]
        gone = [key for key in listed if not _is_none_of_ours(_parts, key) and _day(key) == day]
        for key in gone:
            self._store.delete(key)
        return len(gone)

    def _dies_at(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(), UTC) + self._life

    def _data_key(self, source: str, day: date, *, make: bool) -> bytes:
        """The key of a source's day, out of its wrapping."""
        name = _name(source, day)
        if make:
            fresh, nonce = os.urandom(KEY_BYTES), os.urandom(_NONCE)
            master = AESGCM(self._keys.obtain(_MASTER))
            body = self._keys.put(name, nonce + master.encrypt(nonce, fresh, name.encode()))
        else:
            master = AESGCM(self._keys.find(_MASTER))
            body = self._keys.find(name)
        try:
            return master.decrypt(body[:_NONCE], body[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            raise KeyGone(
                f"the master key does not open key {name}",
                fix="was the key store put together from two? Bring back the one that belongs here",
            ) from None


def _name(source: str, day: date) -> str:
    return f"{_ROOM}/{source}/{day.isoformat()}"


def _of_name(name: str) -> tuple[str, date]:
    """Source and day in a name made by `_name`. Raises `ValueError` for any other."""
    _, source, day = name.split("/")
    return source, date.fromisoformat(day)


def _is_none_of_ours(read: Callable[[str], object], name: str) -> bool:
    try:
        read(name)
    except (ValueError, PermanentError):
        return True
    return False


def _parts(key: str) -> tuple[str, date, str]:
    """Source, day and SHA-256 in a key made by `keys.vault`."""
    try:
        _, source, day, name = key.split("/")
        found = source, date.fromisoformat(day), name.removesuffix(".enc")
        if keys.vault(*found) == key:
            return found
    except ValueError:
        pass
    raise PermanentError(f"{key!r} is no key of the vault", expected="vault/<source>/<day>/….enc")


def _day(key: str) -> date:
    return _parts(key)[1]
