"""Keeping what a contract's references to secrets resolve to out of all that is told or kept.

The connectors never put a secret into a message on purpose. This is for what they cannot foresee:
a server that repeats the key in its error, its redirect or its next link.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from ingestion.connectors.fetched import Fetched
from ingestion.contracts.references import REFERENCE, resolve
from ingestion.contracts.words import Words
from ingestion.errors import CdpError, PermanentError, TransientError
from ingestion.secret_texts import SecretTexts

_ADDRESSES = frozenset({"url", "endpoint_url"})
_PUBLIC = frozenset({"hosts", "host_key", "region", "context"})
# The loggers of libraries that write down headers or addresses when somebody asks for details.
_TALKATIVE = (
    *("httpcore.connection", "httpcore.http11", "httpx", "stamina", "paramiko.transport"),
    *("urllib3.connectionpool", "botocore.endpoint", "botocore.parsers", "botocore.auth"),
)


class Secrets(SecretTexts):
    """What a contract's references stand for, in every spelling that a protocol may give it."""

    @classmethod
    def of(cls, words: Words) -> Secrets:
        """What the references in these words stand for in this deployment."""
        return cls({value for value in _secret_values(words.model_dump()) if value})

    def hide_in_file(self, fetched: Fetched) -> Fetched:
        """What is told of a file, without the secrets; its bytes are what the source sent."""
        return replace(
            fetched,
            name=self.hide(fetched.name),
            origin=self.hide(fetched.origin),
            mark=self.hide(fetched.mark),
            details={name: self.hide(value) for name, value in fetched.details.items()},
        )

    def hide_in_error(self, error: CdpError) -> CdpError:
        """The same failure, of the same kind as far as callers tell kinds apart."""
        kind = TransientError if isinstance(error, TransientError) else PermanentError
        told = (error.what, error.expected, error.fix)
        if not any(self.within(text) for text in told):
            return error
        what, expected, fix = (self.hide(text) for text in told)
        return kind(what, expected=expected, fix=fix)

    @contextmanager
    def out_of_logs(self) -> Iterator[None]:
        """While it lasts, nothing that the libraries log holds a secret."""

        def hidden(record: logging.LogRecord) -> bool:
            message = record.getMessage()
            if self.within(message):
                record.msg, record.args = self.hide(message), ()
            return True

        loggers = [logging.getLogger(name) for name in _TALKATIVE]
        for logger in loggers:
            logger.addFilter(hidden)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeFilter(hidden)


def optional(text: str) -> str:
    """What a word resolves to, or nothing where a variable that it names is not set."""
    names = [match[1] for match in REFERENCE.finditer(text)]
    return resolve(text) if all(os.environ.get(name) for name in names) else ""


def _secret_values(value: object, word: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _secret_values(part, word if word == "headers" else str(name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _secret_values(part, word)
    elif isinstance(value, str) and word in _ADDRESSES:
        yield from _secrets_of_address(value)
    elif isinstance(value, str) and word not in _PUBLIC:
        yield from (os.environ.get(match[1], "") for match in REFERENCE.finditer(value))


def _secrets_of_address(text: str) -> Iterator[str]:
    """User's password and query of an address; what it begins with is where, and no secret."""
    for match in REFERENCE.finditer(text):
        value = os.environ.get(match[1], "")
        if "://" not in value and match.start() > 0:
            yield value
    parts = urlsplit(optional(text))
    if parts.scheme:
        yield unquote(parts.password or "")
        yield from (value for _, value in parse_qsl(parts.query) if "${" in text)
