"""How an SFTP server is known, and how it knows us. Keys come from settings, never from the server.

Does not belong here: the connection itself (`folder.py`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.connectors.secrets import optional
from ingestion.contracts.fetching import SftpAccess
from ingestion.errors import PermanentError

if TYPE_CHECKING:
    import paramiko


@dataclass(frozen=True)
class SftpKeys:
    """How the server is known, and how it knows us."""

    host_key: str
    password: str
    private_key: str
    where: str

    @classmethod
    def of(cls, access: SftpAccess, source: str, shown: str) -> SftpKeys:
        """What the settings say, which must be enough.

        Raises
        ------
        PermanentError: naming the setting that is missing.
        """
        where = f"source {source}: {shown}"
        words = (access.host_key, access.password, access.private_key)
        host_key, password, private_key = (optional(word) for word in words)
        if not host_key:
            raise PermanentError(
                f"{where}: no setting says which key the server must show",
                expected="`ssh-ed25519 AAAA…` or `SHA256:…`, from the server's owner",
                fix=f"set {access.host_key.strip('${}') or 'fetch.sftp.host_key'}",
            )
        if not password and not private_key:
            raise PermanentError(
                f"{where}: neither a password nor a private key is set",
                fix="set CDP_SFTP_PASSWORD, or CDP_SFTP_PRIVATE_KEY to the file of the key",
            )
        return cls(host_key.strip(), password, private_key, where)

    def types(self, offered: Sequence[str]) -> tuple[str, ...]:
        """The kinds of host key to ask for: a server with several shows the one that is pinned."""
        pinned = self.host_key.split()[0]
        if pinned.startswith("SHA256:"):
            return tuple(offered)
        kinds = ("rsa-sha2-512", "rsa-sha2-256") if pinned == "ssh-rsa" else (pinned,)
        return tuple(kind for kind in offered if kind in kinds) or tuple(offered)

    def check(self, shown: bytes) -> None:
        """Refuse a server that shows another key than the pinned one."""
        pinned, found = self.host_key.split(), fingerprint(shown)
        expected = pinned[0]
        if not expected.startswith("SHA256:"):
            try:
                expected = fingerprint(base64.b64decode(pinned[1], validate=True))
            except (IndexError, ValueError):
                expected = "a key such as `ssh-ed25519 AAAA…`, which the setting does not hold"
        if found != expected:
            raise PermanentError(
                f"{self.where}: the server shows the key {found}",
                expected=expected,
                fix="ask the server's owner whether the key was changed; if not, somebody stands "
                "between",
            )

    def loaded(self) -> paramiko.PKey:
        """Our private key, from its file."""
        from paramiko import PKey, SSHException
        from paramiko.pkey import UnknownKeyType

        try:
            return PKey.from_path(self.private_key)
        except (OSError, SSHException, UnknownKeyType, ValueError) as error:
            raise PermanentError(
                f"{self.where}: the private key cannot be read ({type(error).__name__})",
                fix="set CDP_SFTP_PRIVATE_KEY to the path of a private key without a passphrase",
            ) from None


def fingerprint(key: bytes) -> str:
    """A public key as people compare it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
