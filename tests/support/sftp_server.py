"""The simulated city's SFTP server with knobs for faults, over a folder of the test.

Belongs here: what tests break and look at. Does not belong here: the server itself
(`city/serving/sftp_drop.py`), and what a client must make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from city.serving.sftp_drop import USER, Doorman, Files, running_sftp_server

PASSWORD = "right-horse-staple"


@dataclass
class RunningSftp:
    """The server's address, its keys and its knobs."""

    root: Path
    port: int = 0
    host_key: str = ""
    other_host_key: str = ""
    fingerprint: str = ""
    client_key: Path = Path()
    connections: int = 0
    passwords: list[str] = field(default_factory=list)
    """Those that clients sent."""
    break_reads: int = 0
    """So many reads fail by cutting the connection."""
    on_read: Callable[[str], None] = field(default=lambda _: None)

    def url(self, folder: str = "/", user: str = USER) -> str:
        return f"sftp://{user}@127.0.0.1:{self.port}{folder}"


@contextmanager
def running_sftp(root: Path, keys: Path) -> Iterator[RunningSftp]:
    """Serve `root` until the block ends; `keys` takes the client's key file."""
    state = RunningSftp(root)
    pair, other, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(3))
    state.other_host_key = other.export_public_key().decode().strip()
    state.fingerprint = pair.get_fingerprint()
    state.client_key = keys / "id_ed25519"
    state.client_key.write_bytes(client.export_private_key())
    with running_sftp_server(
        root,
        PASSWORD,
        key=pair,
        doorman=lambda: _WatchedDoorman(state, client),
        files=lambda channel: _BreakingFiles(channel, state),
    ) as server:
        state.port, state.host_key = server.port, server.host_key
        yield state


class _WatchedDoorman(Doorman):
    def __init__(self, state: RunningSftp, client: asyncssh.SSHKey) -> None:
        super().__init__(PASSWORD)
        self._state, self._client = state, client

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._state.connections += 1

    def validate_password(self, username: str, password: str) -> bool:
        self._state.passwords.append(password)
        return super().validate_password(username, password)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._client.public_data


class _BreakingFiles(Files):
    def __init__(self, channel: asyncssh.SSHServerChannel, state: RunningSftp) -> None:
        super().__init__(channel, state.root)
        self._state, self._ssh = state, channel

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        self._state.on_read(str(getattr(file_obj, "name", "")))
        if self._state.break_reads > 0:
            self._state.break_reads -= 1
            self._ssh.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("broken by plan")
        return super().read(file_obj, offset, size)
