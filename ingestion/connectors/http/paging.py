"""Pages of an API as one file, a body a line, and proof that paging lost and repeated nothing.

A row that is deleted while we read moves every later one up by a place, and one of them is never
seen; the answers look healthy. So a source must say how many records it has, and say it alike on
every page, or have an identifier by which a page can be found again.

The snapshot is whole, and every byte that the source sent can be read again later. What asks for
the pages is each connector's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Answer, quoted
from ingestion.connectors.http.client import HttpClient
from ingestion.connectors.secrets import Secrets
from ingestion.errors import PermanentError, TransientError


class Moved(TransientError):
    """The source changed while it was read."""


class PageRepeats(PermanentError):
    """The source gives records for new that it gave on an earlier page."""


def read_steadily(read: Callable[[], Pages]) -> Pages:
    """Read all pages, and once more where the source changed meanwhile.

    Raises
    ------
    Moved, PageRepeats: the second reading is no better, so there is nothing to keep.
    """
    try:
        return read()
    except (Moved, PageRepeats):
        return read()


@dataclass
class Pages:
    """The pages that came so far, in a file.

    Attributes
    ----------
    pages, records: how many came. repeated: records that an earlier page had, by identifier.
    total: how many records the source says it has; None where it has not said so.
    """

    source: str
    file: BinaryIO
    most: int
    pages: int = 0
    records: int = 0
    repeated: int = 0
    total: int | None = None
    _contents: set[bytes] = field(default_factory=set)
    _marks: set[str] = field(default_factory=set)
    _identifiers: set[str] = field(default_factory=set)
    _ends: list[tuple[int, int, str]] = field(default_factory=list)
    """Of the last record of every page: the page and its own place, from 0, and its identifier."""

    def add(
        self,
        answer: Answer,
        records: Sequence[object],
        identifiers: Sequence[object] = (),
        count: int | None = None,
    ) -> None:
        """Write a page down.

        Parameters
        ----------
        count: how many records it holds, where one entry of the list may hold several.

        Raises
        ------
        PageRepeats: its records have all come before. PermanentError: there are pages without end.
        """
        where = f"source {self.source}: {public(str(answer.url))}"
        came = len(records) if count is None else count
        named = [repr(identifier) for identifier in identifiers]
        content = hashlib.sha256(json.dumps(records, sort_keys=True).encode()).digest()
        known = len(named) == came and self._identifiers.issuperset(named)
        if came and (known or content in self._contents):
            raise PageRepeats(
                f"{where} answered page {self.pages + 1} with the records of earlier pages",
                expected="other records on every page",
                fix="correct fetch.paging: the source seems not to know its parameter; or it "
                "changed while it was read, then the next run tries again",
            )
        self._contents.add(content)
        # Line breaks between JSON tokens mean nothing, and inside strings are escaped.
        body = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
        self.file.write(body.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")
        self.pages += 1
        self.records += came
        if self.pages > self.most:
            raise PermanentError(
                f"{where} has more than {self.most:,} pages",
                fix="ask for larger pages, or for less",
            )
        # What a sender repeats within one page is no sign that pages moved.
        self.repeated += len(self._identifiers.intersection(named))
        self._identifiers.update(named)
        if named and len(named) == came:
            self._ends.append((self.pages - 1, self.records - 1, named[-1]))

    def promised(self, total: int | None) -> None:
        """Hear on a page how many records the source has, which may not change while it is read.

        Raises
        ------
        Moved: an earlier page said otherwise.
        """
        if total is None:
            return
        if self.total not in (None, total):
            raise Moved(
                f"source {self.source}: had {self.total} records on page 1 and {total} on page "
                f"{self.pages}",
                expected="the same number on every page",
                fix="it changed while it was read; the next run tries again",
            )
        self.total = total

    @property
    def done(self) -> bool:
        """Have as many records come as the source says it has?"""
        return self.total is not None and self.records >= self.total

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

    def check(self) -> None:
        """Do as many records stand here as the source says it has, each once?

        Raises
        ------
        Moved: they do not. PermanentError: nothing in the answers could tell.
        """
        if self.total is not None and self.records != self.total:
            raise Moved(
                f"source {self.source}: promised {self.total} records, sent {self.records}",
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
        if self.records and self.pages > 1 and self.total is None and not self._identifiers:
            raise PermanentError(
                f"source {self.source}: nothing in its {self.pages} pages proves that no record "
                "was lost between them",
                expected="the number of all records in every page, or an identifier in each record",
                fix="correct fetch.paging.total or fetch.identifier: they lead to nothing",
            )

    def check_places(self, identifier_at: Callable[[int], Sequence[object]]) -> None:
        """Does the last record of every page but the last still stand where it stood?

        A row deleted and another one added leave the number of all as it was, and no record comes
        twice; yet one that moved over the edge of a page was never seen.

        Parameters
        ----------
        identifier_at: asks the source for the one record at a place; no identifier, no record.

        Raises
        ------
        Moved: another record stands there.
        """
        for _, place, identifier in self._ends[:-1]:
            found = identifier_at(place)
            if not found or repr(found[0]) != identifier:
                raise self._moved(place)

    def check_pages(self, identifiers_on: Callable[[int], Sequence[object]]) -> None:
        """The same of pages that are asked for by their number, and of no other size.

        Parameters
        ----------
        identifiers_on: asks the source for a page, counted from 0, again.

        Raises
        ------
        Moved: another record stands at the end of a page.
        """
        for page, place, identifier in self._ends[:-1]:
            found = identifiers_on(page)
            if not found or repr(found[-1]) != identifier:
                raise self._moved(place)

    def _moved(self, place: int) -> Moved:
        return Moved(
            f"source {self.source}: record {place + 1} is another one than when its page was read",
            expected="records that keep their places while they are read",
            fix="it changed while it was read; the next run tries again",
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
