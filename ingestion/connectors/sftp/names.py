"""A client of SFTP to whom a file name may be bytes that are no text.

One such name in a folder makes paramiko's own listing of all of it fail. Imported only where an
SFTP server is asked: paramiko takes long to load.
"""

from __future__ import annotations

from typing import Any

import paramiko


class _Answer(paramiko.Message):
    def get_text(self) -> str:
        """Bytes that are no UTF-8 stay in it as surrogates, as in Python's own names of files."""
        return bytes(self.get_string()).decode("utf-8", "surrogateescape")


class TolerantSFTPClient(paramiko.SFTPClient):
    """paramiko's client, but for the names in its answers."""

    def _request(self, t: int, *args: Any) -> tuple[int, paramiko.Message]:
        kind, answer = super()._request(t, *args)  # type: ignore[misc]  # its stubs know no such name
        answer.__class__ = _Answer
        return kind, answer
