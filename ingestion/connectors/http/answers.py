"""What a server said, as text that people can read, and as JSON where JSON was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from ingestion.connectors.http.addresses import public
from ingestion.connectors.patience import Again
from ingestion.connectors.secrets import Secrets
from ingestion.errors import PermanentError

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TOLD_OF_A_VERSION = ("etag", "last-modified", "content-length")
_SHOWN_CHARACTERS = 120
_LOOKED_AT_BYTES = 4096


@dataclass(frozen=True)
class Ask:
    """One question. `headers` say what is asked; what authorizes is the client's affair."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def method(self) -> str:
        """A question with a body is posted."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True)
class Answer:
    """What came, and from where after all redirects. `body` is empty when it went into a file."""

    status: int
    url: httpx.URL
    headers: httpx.Headers
    body: bytes = b""

    @property
    def mark(self) -> str:
        """The version mark: what the server says of these bytes, where that may be believed.

        A weak ETag promises a like meaning, not the same bytes (RFC 9110, 8.8.1), and counts only
        beside both time and length; a strong one changes with them, where a server forgets it.
        """
        said = [str(self.headers.get(name, "")) for name in _TOLD_OF_A_VERSION]
        said[2] = str(self.headers.get("content-range", "")).rpartition("/")[2] or said[2]
        weak = said[0][:2].upper() == "W/"
        return " ".join(said).strip() if said[0] and (all(said) or not weak) else ""

    @property
    def links(self) -> dict[str | None, dict[str, str]]:
        """The Link header, by relation."""
        return httpx.Response(200, headers=self.headers).links

    def joined(self, link: str) -> str:
        """A link of this answer, as a whole address."""
        try:
            return str(self.url.join(link))
        except httpx.InvalidURL:
            return link

    @property
    def details(self) -> dict[str, str]:
        """What goes into a receipt."""
        said = {
            "status": str(self.status),
            "media_type": self.headers.get("content-type", ""),
            "last_modified": self.headers.get("last-modified", ""),
            "content_encoding": self.headers.get("content-encoding", ""),
        }
        return {name: value for name, value in said.items() if value}


class HttpRefused(PermanentError):
    """A status that another try does not change."""

    def __init__(self, what: str, status: int, *, fix: str) -> None:
        self.status = status
        super().__init__(what, fix=fix)


def read_json(answer: Answer, source: str, secrets: Secrets) -> object:
    """The document of an answer, which is UTF-8 with or without a byte order mark.

    Raises
    ------
    Again: it is broken off, or nothing. PermanentError: it is something else than JSON.
    """
    where = f"source {source}: {public(str(answer.url))}"
    text = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise Again(f"answered {answer.status} with an empty body where JSON was expected")
    try:
        return json.loads(text.decode("utf-8"))
    except RecursionError:
        raise PermanentError(
            f"{where} answered JSON that is nested too deeply", fix="check what the address serves"
        ) from None
    except ValueError as error:
        if text[:1] in (b"{", b"["):
            raise Again(f"answered broken JSON ({error})") from None
    raise PermanentError(
        f"{where} answered {answer.status} with {excerpt(answer.body, secrets)}",
        expected="JSON",
        fix="the source refuses with a page or a text; check the key, the address and whether the "
        "source is being maintained",
    )


def excerpt(body: bytes, secrets: Secrets) -> str:
    """The beginning of a body for a message: the title of a page, else its first characters."""
    title = _TITLE.search(body[:_LOOKED_AT_BYTES])
    if title or body.lstrip()[:1] == b"<":
        said = (title[1] if title else b"").decode("utf-8", "replace")
        return f"a page titled {quoted(said, secrets)}"
    return quoted(body[:_LOOKED_AT_BYTES].decode("utf-8", "replace"), secrets)


def quoted(text: str, secrets: Secrets) -> str:
    """A text of somebody else for a message: in quotes, short, in one line, without secrets."""
    line = " ".join(secrets.hide(text).split())[:_SHOWN_CHARACTERS]
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line) + "'"
