"""Going on with a download that broke off, where that is safe (RFC 9110, 13.1.5 and 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import httpx

from ingestion.connectors.patience import Again

PARTIAL, NO_SUCH_PART = 206, 416


@dataclass
class Part:
    """What a broken download has left: how many bytes, of which version."""

    etag: str = ""
    received: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """How to ask for the rest; only a strong ETag tells that the rest is of the same bytes."""
        if not self.received or not self.etag.startswith('"'):
            return {}
        return {"Range": f"bytes={self.received}-", "If-Range": self.etag}

    def start(self, response: httpx.Response, file: BinaryIO) -> None:
        """Put the file where the answer begins: behind what is there, or at its beginning.

        Raises
        ------
        Again: the answer is a part that does not fit what is there; that is then forgotten.
        """
        etag = response.headers.get("etag", "")
        if response.status_code in (PARTIAL, NO_SUCH_PART):
            begins = response.headers.get("content-range", "").startswith(f"bytes {self.received}-")
            if etag != self.etag or not begins:
                self.received = 0
                raise Again("answered with another part than was asked for")
            return
        self.etag, self.received = etag, 0
        file.seek(0)
        file.truncate()

    def check_end(self, response: httpx.Response) -> None:
        """The end of the last part must be the end of the whole."""
        whole = response.headers.get("content-range", "").rpartition("/")[2]
        if whole.isdecimal() and self.received != int(whole):
            raise Again(f"sent {self.received} of {whole} bytes")
