"""Pages of an API as one file, a body a line, and proof that paging lost and repeated nothing.

The snapshot is whole, and every byte that the source sent can be judged again later. What asks
for the pages is each connector's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from ingestion.connectors.addresses import public
from ingestion.connectors.answers import Answer, quoted
from ingestion.connectors.http import HttpClient
from ingestion.connectors.secrets import Secrets
from ingestion.errors import PermanentError, TransientError


class Moved(TransientError):
    """The source changed while it was read."""


@dataclass
class Pages:
    """The pages that came so far, in a file.

    Attributes
    ----------
    pages, records: how many came. repeated: records whose identifier had come before.
    """

    source: str
    file: BinaryIO
    most: int
    pages: int = 0
    records: int = 0
    repeated: int = 0
    _bodies: set[bytes] = field(default_factory=set)
    _marks: set[str] = field(default_factory=set)
    _identifiers: set[str] = field(default_factory=set)

    def add(self, answer: Answer, records: int, identifiers: Iterable[object] = ()) -> None:
        """Write a page down.

        Raises
        ------
        PermanentError: the source gives the same page again and again, or pages without end.
        """
        digest = hashlib.sha256(answer.body).digest()
        where = f"source {self.source}: {public(str(answer.url))}"
        if records and digest in self._bodies:
            raise PermanentError(
                f"{where} answered page {self.pages + 1} with the very bytes of an earlier page",
                expected="other records on every page",
                fix="correct fetch.paging: the source seems not to know its parameter",
            )
        self._bodies.add(digest)
        # Line breaks between JSON tokens mean nothing, and inside strings are escaped.
        body = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
        self.file.write(body.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")
        self.pages, self.records = self.pages + 1, self.records + records
        if self.pages > self.most:
            raise PermanentError(
                f"{where} has more than {self.most:,} pages",
                fix="ask for larger pages, or for less",
            )
        for identifier in map(repr, identifiers):
            self.repeated += identifier in self._identifiers
            self._identifiers.add(identifier)

    def follow(self, mark: str) -> str:
        """A next link or cursor that was not followed before.

        Raises
        ------
        PermanentError: it was.
        """
        if mark in self._marks:
            raise PermanentError(
                f"source {self.source}: page {self.pages} leads back to an earlier page",
                expected="a next link or cursor that was not there before",
                fix="tell the source's owner: its paging goes round in a circle",
            )
        self._marks.add(mark)
        return mark

    def check(self, total: int | None) -> None:
        """Do as many records stand here as the source says it has, each once?

        Raises
        ------
        Moved: they do not.
        """
        if total is not None and self.records != total:
            raise Moved(
                f"source {self.source}: promised {total} records, sent {self.records}",
                fix="it changed while it was read, or its paging loses rows; the next run tries "
                "again",
            )
        if self.repeated:
            raise Moved(
                f"source {self.source}: {self.repeated} of {self.records} records came twice, so "
                "others were missed",
                fix="it changed while it was read, or pages without an order; the next run tries "
                "again",
            )

    @property
    def details(self) -> dict[str, str]:
        """What goes into a receipt."""
        return {"pages": str(self.pages), "records": str(self.records)}


def found_at(document: object, path: Sequence[str]) -> object:
    """What stands at a path of a document; None where the path leads nowhere."""
    for part in path:
        if not isinstance(document, dict):
            return None
        document = document.get(part)
    return document


def records_at(
    document: object, path: Sequence[str], answer: Answer, client: HttpClient
) -> list[object]:
    """The list of records in a page.

    Raises
    ------
    PermanentError: there is none, which is how many sources say that something went wrong.
    """
    found = found_at(document, path)
    if isinstance(found, list):
        return found
    place = ".".join(path) or "the top"
    raise PermanentError(
        f"source {client.source}: {public(str(answer.url))} answered {answer.status} "
        "without records",
        expected=f"a list at {place}",
        fix="the source reports an error, or its form changed: it holds "
        + _members(document, client.secrets),
    )


def natural(value: object) -> int | None:
    """A number of records, which many sources write as text; None where none is given."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if str(value).isdecimal() else None


def identifiers_of(records: Iterable[object], member: str) -> list[object]:
    """What tells the records apart, for those that have it."""
    return [r[member] for r in records if isinstance(r, dict) and member in r] if member else []


def _members(document: object, secrets: Secrets) -> str:
    if not isinstance(document, dict):
        return quoted(str(document), secrets)
    members = [f"{name}={quoted(str(v), secrets)}" for name, v in list(document.items())[:6]]
    return ", ".join(members) or "nothing"
