"""Texts that must not be seen, found in whatever spelling a protocol or a library gives them.

Belongs here: hiding known values in the texts of others, and the passwords of a connection string.
Does not belong here: what a contract's references resolve to (`connectors/secrets.py`), and
personal data (`privacy/personal.py`).
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from ingestion.settings import Settings

HIDDEN = "***"
_SHORTEST = 4
_PASSWORD = re.compile(
    r"(?i)\b(?P<word>(?:ssl)?password\s*=\s*)(?P<value>'(?:[^'\\]|\\.)*'|[^\s'&\"]+)"
)
"""As libpq's connection strings have it, by word; what stands in quotes may be escaped."""
_USER_INFO = re.compile(r"(?P<before>[a-z][a-z0-9+.-]*://[^\s/@:]*:)[^\s/@]+(?=@)", re.IGNORECASE)


class SecretTexts:
    """The values that must not be seen."""

    def __init__(self, values: Iterable[str]) -> None:
        long = sorted({v for v in values if len(v) >= _SHORTEST}, key=lambda v: (-len(v), v))
        self._found = re.compile("|".join(map(_in_any_spelling, long)) or r"(?!)")

    def within(self, text: str) -> bool:
        """Does the text hold a secret?"""
        return self._found.search(text) is not None

    def hide(self, text: str) -> str:
        """The text without the secrets."""
        return self._found.sub(HIDDEN, text)


def hide_secrets(settings: Settings, text: str) -> str:
    """A text of a library, without the secrets of a deployment, as ours may pass it on.

    What is shaped like a password of a connection string is hidden whatever its value: one of two
    letters cannot be told from the rest of a text by itself.
    """
    text = _PASSWORD.sub(rf"\g<word>{HIDDEN}", text)
    text = _USER_INFO.sub(rf"\g<before>{HIDDEN}", text)
    return SecretTexts(deployment_secrets(settings)).hide(text)


def deployment_secrets(settings: Settings) -> list[str]:
    """The secrets in the settings of a deployment: every one that is marked as such, and the
    passwords of both PostgreSQLs, each once."""
    held = (getattr(settings, name) for name in type(settings).model_fields)
    values = [each.get_secret_value() for each in held if isinstance(each, SecretStr)]
    values.append(os.environ.get("PGPASSWORD", ""))
    for connection in (settings.catalog, settings.dagster_storage.get_secret_value()):
        values += passwords(connection)
    return list(dict.fromkeys(v for v in values if v))


def passwords(connection: str) -> list[str]:
    """The passwords in a connection string of libpq, as they are and as they are written there.

    Source: PostgreSQL documentation, 34.1.1 Connection Strings (key and value, or URI).
    """
    address = connection.removeprefix("postgres:")
    written = [match["value"] for match in _PASSWORD.finditer(address)]
    if "://" in address:
        parts = urlsplit(address)
        named = [value for name, value in parse_qsl(parts.query) if name.endswith("password")]
        written += [parts.password or "", unquote(parts.password or ""), *named]
    plain = [re.sub(r"\\(.)", r"\1", text[1:-1]) for text in written if text.startswith("'")]
    return list(dict.fromkeys(text for text in (*plain, *written) if text))


def _in_any_spelling(value: str) -> str:
    """A pattern for a value, each character of which may be written plainly or escaped.

    Servers and libraries mix spellings within one value: %2F but not %22, \\" but not \\u0e01.
    """
    return "".join(f"(?:{'|'.join(dict.fromkeys(_spellings(sign)))})" for sign in value)


def _spellings(sign: str) -> Iterator[str]:
    yield re.escape(sign)
    encoded = sign.encode("utf-8", "surrogatepass")
    yield "(?i:" + "".join(f"%{byte:02x}" for byte in encoded) + ")"
    if not (sign.isascii() and sign.isalnum()):
        yield "(?i:" + "".join(rf"\\x{byte:02x}" for byte in encoded) + ")"
        yield rf"(?i:\\u{ord(sign):04x})"
        yield re.escape("\\" + sign)
        yield re.escape(html.escape(sign))
        yield f"&#{ord(sign)};"
    if sign == " ":
        yield re.escape("+")
