"""Random 256-bit keys, each in a file of its own, outside the lake, made once and destroyed once.

A file that strayed among the keys once kept every key alive that was due.

A name is absent, then a key, then destroyed (an empty file), and never goes back: what was said
under a destroyed key can never be said again. Does not belong here: how long a key lives
(`periods.py`, `vault.py`). The store holds the only copies: a backup of it must forget as it does.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from ingestion.errors import PermanentError, PrivacyFailure

if TYPE_CHECKING:
    from ingestion.settings import Settings

KEY_BYTES = 32
_OWN = "master/fingerprint"
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_SUFFIX = ".key"
_MARK = b"CDPK1"
_CHECK_BYTES = 8
_BARE = (KEY_BYTES, 12 + KEY_BYTES + 16)
"""Lengths of what was kept before keys had a check value: a key, and one wrapped by another."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyGone(PrivacyFailure):
    """The key was destroyed, or was never made: nothing can be read or said under its name."""


class KeyStoreUnsafe(PrivacyFailure):
    """The key store is where others could read it, or cannot be used."""


class KeyDamaged(PrivacyFailure):
    """A key is not what was kept: what it would say joins to nothing, what it hid stays hidden."""


class KeyStore:
    """The keys of a deployment, in a folder that only its user can enter.

    Names are paths such as `pseudonym/wifi/2026-01` or `vault/wifi_sessions/2026-01-08`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, settings: Settings) -> KeyStore:
        """The key store that the settings name.

        Raises
        ------
        KeyStoreUnsafe: it lies in the lake or in the open store.
        """
        folder = settings.keys.absolute()
        for url in (settings.lake, settings.open):
            root = Path(url.removeprefix("file://")).absolute()
            if "://" not in url.removeprefix("file://") and folder.is_relative_to(root):
                raise KeyStoreUnsafe(
                    f"the key store {folder} lies in the store {root}, beside what its keys hide",
                    fix="set CDP_KEY_STORE to a folder elsewhere",
                )
        return cls(folder)

    def obtain(self, name: str) -> bytes:
        """The key of that name, made now if there was none. Racing processes get the same key.

        Raises
        ------
        KeyGone: it was destroyed. KeyStoreUnsafe: others may enter the folder.
        """
        with self._in_use():
            path = self._path(name)
            if not path.exists():
                self._enter(path.parent)
                self._create(path, _with_check(secrets.token_bytes(KEY_BYTES), name))
            return self._read(path, name)

    def put(self, name: str, body: bytes) -> bytes:
        """Keep what another key wraps, unless something is there; what stands there then."""
        with self._in_use():
            path = self._path(name)
            if not path.exists():
                self._enter(path.parent)
                self._create(path, _with_check(body, name))
            return self._read(path, name)

    def find(self, name: str) -> bytes:
        """What is kept under that name. Raises `KeyGone`, and makes nothing."""
        with self._in_use():
            return self._read(self._path(name), name)

    def destroy(self, name: str) -> bool:
        """Forget a key for ever; whether there was one to forget.

        The old bytes are overwritten where they lie, so that a second link to them, which a crash
        may have left, dies too. A disk that copies on write may not honour this: the promise is
        that no path leads to the key any more.
        """
        path = self._path(name)
        with self._in_use(), contextlib.ExitStack() as stack:
            self._enter(path.parent)
            old = stack.enter_context(path.open("r+b")) if path.exists() else None
            size = os.fstat(old.fileno()).st_size if old else 0
            self._written(path.parent, b"").replace(path)  # the point of no return
            _settle(path.parent)
            if old and size:
                old.write(bytes(size))
                os.fsync(old.fileno())
        return size > 0

    def fingerprint(self) -> str:
        """What this key store is known by: it tells two stores apart and nothing of their keys."""
        return hashlib.sha256(b"key store" + self.obtain(_OWN)).hexdigest()[:16]

    def count(self) -> int:
        """How many keys there are. Raises `KeyStoreUnsafe` when others may enter the folder."""
        with self._in_use():
            if self._folder.exists():
                self._enter(None)
        return sum(1 for _ in self.names())

    def names(self, prefix: str = "") -> Iterator[str]:
        """All names that begin with `prefix` and have a key, sorted."""
        with self._in_use():
            for path in sorted(self._folder.rglob(f"*{_SUFFIX}")):
                name = path.relative_to(self._folder).as_posix().removesuffix(_SUFFIX)
                if name.startswith(prefix) and path.stat().st_size > 0:
                    yield name

    def _path(self, name: str) -> Path:
        segments = name.split("/")
        if not all(_SEGMENT.fullmatch(segment) for segment in segments):
            raise PermanentError(f"{name!r} cannot name a key", expected="plain words and dates")
        return self._folder.joinpath(*segments[:-1], segments[-1] + _SUFFIX)

    def _read(self, path: Path, name: str) -> bytes:
        try:
            self._enter(None)
            body = path.read_bytes()
        except FileNotFoundError:
            raise KeyGone(f"there is no key {name}") from None
        if not any(body):  # empty, or overwritten between opening and reading
            raise KeyGone(f"key {name} was destroyed; what it hid is gone for ever")
        return self._checked(body, name)

    def _checked(self, kept: bytes, name: str) -> bytes:
        """The key in a file of the store, if it is whole."""
        if not kept.startswith(_MARK) and len(kept) in _BARE:
            return kept
        body = kept[len(_MARK) + 1 : -_CHECK_BYTES]
        if kept != _with_check(body, name):
            raise KeyDamaged(
                f"key {name} in {self._folder} is damaged",
                expected="the bytes that were kept under that name",
                fix="bring it back from the copy of the key store; where there is none, remove "
                "its file: what it hid is lost, and later pseudonyms join to no earlier one",
            )
        return body

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        """What the system says against the store, in our words."""
        try:
            yield
        except PermissionError:
            raise KeyStoreUnsafe(
                f"the key store {self._folder} cannot be read",
                fix="run as the user that it belongs to",
            ) from None
        except OSError as error:
            raise KeyStoreUnsafe(
                f"the key store {self._folder} cannot be used ({error.strerror})",
                fix="see that its disk is there and has room",
            ) from None

    def _enter(self, folder: Path | None) -> None:
        """See that the folder is there and that nobody else can enter the store."""
        if folder is not None:
            for place in (self._folder, *_between(self._folder, folder)):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = self._folder.stat().st_mode
        if mode & _OTHERS:
            raise KeyStoreUnsafe(
                f"the key store {self._folder} can be entered by others ({stat.filemode(mode)})",
                fix=f"chmod 700 {self._folder}, and ask who has seen the keys",
            )

    def _create(self, path: Path, body: bytes) -> None:
        part = self._written(path.parent, body)
        try:
            # The commit point: a link is made whole or, if another was first, not at all.
            os.link(part, path)
        except FileExistsError:
            return
        finally:
            part.unlink()
        _settle(path.parent)

    def _written(self, folder: Path, body: bytes) -> Path:
        part = folder / f".{uuid4().hex}"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        return part


def _with_check(body: bytes, name: str) -> bytes:
    """A key as its file holds it: with its length, and a check value of itself and its name."""
    check = hashlib.sha256(b"\0".join((_MARK, name.encode(), body))).digest()[:_CHECK_BYTES]
    return _MARK + len(body).to_bytes() + body + check


def _between(root: Path, folder: Path) -> list[Path]:
    """The folders from below the root down to `folder`, outermost first."""
    steps = folder.relative_to(root).parts
    return [root.joinpath(*steps[: n + 1]) for n in range(len(steps))]


def _settle(folder: Path) -> None:
    """See that the folder's entries survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
