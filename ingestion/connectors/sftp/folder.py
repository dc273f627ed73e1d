"""Files that somebody else puts into a folder of an SFTP server.

The server must show the key that a setting pins; a key seen for the first time is never trusted.
A connection that breaks is made again and the file begins anew.
"""

from __future__ import annotations

import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from ingestion.connectors.fetched import Fetched, FetchRequest, Known, NotTaken, written
from ingestion.connectors.http.addresses import Reach, may_enter
from ingestion.connectors.patience import Again, Deadline, tries
from ingestion.connectors.sftp.keys import SftpKeys
from ingestion.connectors.wanted import Wanted
from ingestion.contracts.fetching import SftpAccess
from ingestion.errors import PermanentError, TransientError

if TYPE_CHECKING:
    import paramiko


Result = TypeVar("Result")
_SILENCE_SECONDS = 60.0
_PIECE_BYTES = 1 << 20


class _TakenAway(Exception):
    """The file is not there any more."""


def fetch_from_sftp(
    url: str, access: SftpAccess, wanted: Wanted, request: FetchRequest, known: Known
) -> Iterator[Fetched]:
    """Yield the wanted files of a folder; size and time of change are the mark."""
    with _Session(urlsplit(url), access, request) as session:
        found = session.tried(lambda sftp: _listed(sftp, session.folder))
        for name in wanted.among(found):
            mark = found[name]
            if known(name, mark):
                continue
            path = request.folder / name
            place = f"{session.folder.rstrip('/')}/{name}"
            try:
                if session.tried(partial(session.copy, place=place, path=path, mark=mark)):
                    yield Fetched(name, path, f"{session.shown}/{name}", mark)
            except NotTaken as problem:
                wanted.skipped.append(problem)
            path.unlink(missing_ok=True)


class _Session:
    """A connection that is made when it is needed, and made again after it broke."""

    def __init__(self, url: SplitResult, access: SftpAccess, request: FetchRequest) -> None:
        self._source, self._limits = request.source, request.limits
        self._host, self._port = url.hostname or "", url.port or 22
        self._user = unquote(url.username or "")
        self.folder = unquote(url.path) or "."
        self.shown = f"sftp://{self._host}:{self._port}{self.folder}".rstrip("/")
        self._keys = SftpKeys.of(access, self._source, self.shown)
        if not self._host or not self._user or url.password:
            raise PermanentError(
                f"source {self._source}: {self.shown} is no address of an SFTP folder",
                expected="sftp://user@host:port/path, without a password",
                fix="correct the setting that fetch.url names; a password goes into "
                "CDP_SFTP_PASSWORD",
            )
        inside = may_enter(request.settings, self._source, self._host)
        self._reach = Reach(self._source, None, inside=inside)
        self._transport: paramiko.Transport | None = None
        self._sftp: paramiko.SFTPClient | None = None
        self._deadline = Deadline(self._limits.total_seconds)

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def tried(self, step: Callable[[paramiko.SFTPClient], Result]) -> Result:
        """Do a step, again over a new connection where the old one broke."""
        self._deadline = Deadline(self._limits.total_seconds)
        try:
            for attempt in tries(self._limits):
                with attempt, self._broken_is_closed():
                    return step(self._connected())
        except Again as error:
            raise TransientError(
                f"source {self._source}: {self.shown} {error}",
                fix="the server is down or busy; the next run tries again",
            ) from None
        raise AssertionError("the last try returns or raises")

    def copy(self, sftp: paramiko.SFTPClient, *, place: str, path: Path, mark: str) -> bool:
        """Copy a file; False if it is being written or was taken away meanwhile."""
        try:
            with written(path) as file:
                for chunk in self._chunks(sftp, place):
                    file.write(chunk)
            return _mark(sftp.stat(place)) == mark
        except (_TakenAway, FileNotFoundError):
            return False

    def _chunks(self, sftp: paramiko.SFTPClient, place: str) -> Iterator[bytes]:
        """The file's bytes. What goes wrong here is the server's, not our disk's.

        Piece by piece: paramiko's reading ahead dies in a thread of its own, with a stack trace.
        """
        received, limit = 0, self._limits.file_bytes
        try:
            size = sftp.stat(place).st_size or 0
            with sftp.open(place, "rb") as remote:
                while chunk := remote.read(_PIECE_BYTES):
                    received += len(chunk)
                    if max(size, received) > limit:
                        raise NotTaken(
                            f"source {self._source}: {self.shown}: {place} exceeds {limit:,} bytes",
                            fix="ask the sender for smaller files",
                        )
                    if not self._deadline.left():
                        raise Again(f"was not done after {self._limits.total_seconds:g} s")
                    yield chunk
        except FileNotFoundError:
            raise _TakenAway from None
        except PermissionError:
            raise NotTaken(
                f"source {self._source}: {self.shown}: {place} may not be read",
                fix="ask the sender for the right to read it",
            ) from None
        except OSError as error:
            raise Again(f"broke off ({type(error).__name__})") from None
        if received < size:
            raise Again(f"sent {received} of {size} bytes of {place}")

    @contextmanager
    def _broken_is_closed(self) -> Iterator[None]:
        from paramiko import SSHException

        try:
            yield
        except PermissionError:
            raise PermanentError(
                f"source {self._source}: {self.shown} may not be read by user {self._user}",
                fix="ask the server's owner for the right to read it",
            ) from None
        except FileNotFoundError:
            raise PermanentError(
                f"source {self._source}: {self.shown} is not there",
                fix="correct the setting that fetch.url names",
            ) from None
        except (SSHException, EOFError, OSError) as error:
            self._close()
            raise Again(f"broke off ({type(error).__name__})") from None
        except Again:
            self._close()
            raise

    def _connected(self) -> paramiko.SFTPClient:
        import paramiko

        from ingestion.connectors.sftp.names import TolerantSFTPClient

        if self._sftp is None:
            self._transport = transport = paramiko.Transport(self._socket())
            transport.banner_timeout = transport.auth_timeout = self._limits.connect_seconds
            options = transport.get_security_options()
            options.key_types = self._keys.types(options.key_types)
            transport.start_client(timeout=self._limits.connect_seconds)
            self._keys.check(transport.get_remote_server_key().asbytes())
            self._authenticate(transport)
            self._sftp = TolerantSFTPClient.from_transport(transport)
            if self._sftp is None:
                raise Again("opens no SFTP channel")
            channel = self._sftp.get_channel()
            if channel:
                channel.settimeout(_SILENCE_SECONDS)
        return self._sftp

    def _socket(self) -> socket.socket:
        for address in self._reach.resolve(self._host, self._port):
            try:
                return socket.create_connection((address, self._port), self._limits.connect_seconds)
            except OSError:
                continue
        raise Again("cannot be reached")

    def _authenticate(self, transport: paramiko.Transport) -> None:
        from paramiko import AuthenticationException

        try:
            if self._keys.private_key:
                transport.auth_publickey(self._user, self._keys.loaded())
            else:
                transport.auth_password(self._user, self._keys.password)
        except AuthenticationException:
            raise PermanentError(
                f"source {self._source}: {self.shown} refuses user {self._user}",
                fix="correct the user in the address, CDP_SFTP_PASSWORD or CDP_SFTP_PRIVATE_KEY",
            ) from None

    def _close(self) -> None:
        if self._transport:
            self._transport.close()
        self._transport = self._sftp = None


def _listed(sftp: paramiko.SFTPClient, folder: str) -> dict[str, str]:
    """Names and marks of the plain files; links are not followed."""
    entries = sftp.listdir_attr(folder)
    return {e.filename: _mark(e) for e in entries if stat.S_ISREG(e.st_mode or 0)}


def _mark(status: paramiko.SFTPAttributes) -> str:
    return f"{status.st_size}-{status.st_mtime}"
