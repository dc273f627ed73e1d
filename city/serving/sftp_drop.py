"""A real SFTP server on loopback over a folder, in a thread: asyncssh.

Belongs here: the server, its key, and who is let in. Does not belong here: which sources drop over
SFTP (`stores`). Loaded only when there are some.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from city.serving.server import HOST

USER = "sender"
START_SECONDS = 20


@dataclass
class SftpServer:
    """Where the server is, the key it shows, and the password it wants of `USER`."""

    root: Path
    password: str
    host_key: str = ""
    port: int = 0

    def url(self, folder: str = "/", user: str = USER) -> str:
        """The address of a folder, without the password."""
        return f"sftp://{user}@{HOST}:{self.port}{folder}"


class Doorman(asyncssh.SSHServer):
    """Lets in who knows the password."""

    def __init__(self, password: str) -> None:
        self._password = password

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without a proof."""
        return True

    def password_auth_supported(self) -> bool:
        """A password is the proof."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Is it the right one, of the right user?"""
        return (username, password) == (USER, self._password)


class Files(asyncssh.SFTPServer):
    """The files below a folder, and nothing above it."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], root: Path) -> None:
        super().__init__(channel, chroot=os.fsencode(root))


@contextmanager
def running_sftp_server(
    root: Path,
    password: str,
    *,
    key: asyncssh.SSHKey | None = None,
    doorman: Callable[[], asyncssh.SSHServer] | None = None,
    files: Callable[[asyncssh.SSHServerChannel[bytes]], asyncssh.SFTPServer] | None = None,
) -> Iterator[SftpServer]:
    """Serve `root` on a free port until the block ends.

    Parameters
    ----------
    key: the server's own; a new one by default. doorman, files: for tests that break things.
    """
    pair = key or asyncssh.generate_private_key("ssh-ed25519")
    server = SftpServer(root, password, pair.export_public_key().decode().strip())

    async def accept() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            doorman or (lambda: Doorman(password)),
            HOST,
            0,
            server_host_keys=[pair],
            sftp_factory=files or (lambda channel: Files(channel, root)),
        )

    with _in_a_thread(accept) as acceptor:
        server.port = acceptor.get_port()
        yield server


@contextmanager
def _in_a_thread(
    accept: Callable[[], Awaitable[asyncssh.SSHAcceptor]],
) -> Iterator[asyncssh.SSHAcceptor]:
    """Run an acceptor in a thread of its own, with everything that it began ended at the end."""
    loop, started = asyncio.new_event_loop(), threading.Event()
    acceptors: list[asyncssh.SSHAcceptor] = []

    async def begin() -> None:
        acceptors.append(await accept())

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        started.set()
        loop.run_forever()
        acceptors[0].close()
        loop.run_until_complete(acceptors[0].wait_closed())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if not started.wait(START_SECONDS):
        raise RuntimeError("the SFTP server did not start")
    try:
        yield acceptors[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_SECONDS)
