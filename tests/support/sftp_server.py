"""A real SFTP server on loopback, in a thread: asyncssh over a folder of the test.

Belongs here: the server and its keys. Does not belong here: what a client must make of it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

USER = "sender"
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
    pair, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    client = asyncssh.generate_private_key("ssh-ed25519")
    state.host_key = pair.export_public_key().decode().strip()
    state.other_host_key = other.export_public_key().decode().strip()
    state.fingerprint = pair.get_fingerprint()
    state.client_key = keys / "id_ed25519"
    state.client_key.write_bytes(client.export_private_key())
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def main() -> asyncssh.SSHAcceptor:
        acceptor = await asyncssh.create_server(
            lambda: _Server(state, client),
            "127.0.0.1",
            0,
            server_host_keys=[pair],
            sftp_factory=lambda channel: _Files(channel, state),
        )
        state.port = acceptor.get_port()
        return acceptor

    def run() -> None:
        asyncio.set_event_loop(loop)
        acceptor = loop.run_until_complete(main())
        started.set()
        loop.run_forever()
        acceptor.close()
        loop.run_until_complete(acceptor.wait_closed())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield state
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


class _Server(asyncssh.SSHServer):
    def __init__(self, state: RunningSftp, client: asyncssh.SSHKey) -> None:
        self._state, self._client = state, client

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._state.connections += 1

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._state.passwords.append(password)
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._client.public_data


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel, state: RunningSftp) -> None:
        super().__init__(channel, chroot=str(state.root))
        self._state, self._ssh = state, channel

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        self._state.on_read(str(getattr(file_obj, "name", "")))
        if self._state.break_reads > 0:
            self._state.break_reads -= 1
            self._ssh.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("broken by plan")
        return super().read(file_obj, offset, size)
