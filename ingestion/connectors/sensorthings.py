"""OGC SensorThings API 1.1 (FROST and others): observations of a day, or entities as they are.

Days are asked for by a window of time with an explicit order. The next link is opaque: it is
followed, never built, and must stay on the hosts of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from functools import partial
from pathlib import Path

from ingestion.connectors.days import bounds, days, file_name
from ingestion.connectors.fetched import Fetched, FetchRequest, written
from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Ask
from ingestion.connectors.http.client import HttpClient
from ingestion.connectors.http.paging import (
    Pages,
    found_at,
    identifiers_of,
    natural,
    read_steadily,
    records_at,
)
from ingestion.contracts.fetching import SensorThings
from ingestion.contracts.references import resolve


def fetch_things(words: SensorThings, request: FetchRequest) -> Iterator[Fetched]:
    """Yield a file for every day that is asked for, or one where days mean nothing."""
    url = f"{resolve(words.url).rstrip('/')}/{words.entities}"
    path = request.folder / "answers.jsonl"
    with HttpClient(words, request) as client:
        for day in days(request) if words.time else [request.day]:
            ask = Ask(url, _params(words, day))
            pages = read_steadily(partial(_read, client, ask, words, request, path))
            asked = "{day}" if words.time else ""
            name = file_name(f"{words.entities}.jsonl".replace("/", "-"), url, day, asked)
            yield Fetched(name, path, public(url), details=pages.details)


def _params(words: SensorThings, day: date) -> dict[str, str]:
    clauses = [f"({words.filter})"] if words.filter else []
    if words.time:
        first, end = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in bounds(day))
        clauses += [f"{words.time} ge {first}", f"{words.time} lt {end}"]
    asked = {
        "$filter": " and ".join(clauses),
        "$orderby": words.order,
        "$expand": words.expand,
        "$resultFormat": "dataArray" if words.form == "data_array" else "",
        "$top": str(words.page_size),
        "$count": "true",
    }
    return {name: value for name, value in asked.items() if value}


def _read(
    client: HttpClient, first: Ask, words: SensorThings, request: FetchRequest, path: Path
) -> Pages:
    ask: Ask | None = first
    with written(path) as file:
        pages = Pages(request.source, file, request.limits.pages)
        while ask:
            answer, document = client.json(ask)
            entries = records_at(document, ("value",), answer, client)
            rows = sum(_rows(entry) for entry in entries)
            pages.add(answer, entries, _identifiers(entries), rows)
            if words.count == "exact":
                pages.promised(natural(found_at(document, ("@iot.count",))))
            link = found_at(document, ("@iot.nextLink",))
            following = isinstance(link, str) and link
            ask = Ask(pages.follow(answer.joined(str(link)))) if following else None
        pages.check()
    return pages


def _rows(entry: object) -> int:
    array = found_at(entry, ("dataArray",))
    return len(array) if isinstance(array, list) else 1


def _identifiers(entries: list[object]) -> list[object]:
    """What tells observations apart: in their own member, or in a column of a data array."""
    found = identifiers_of(entries, "@iot.id")
    for entry in entries:
        names, rows = found_at(entry, ("components",)), found_at(entry, ("dataArray",))
        if isinstance(names, list) and isinstance(rows, list):
            places = [place for place, name in enumerate(names) if name in ("id", "@iot.id")]
            found += [row[place] for place in places[:1] for row in rows if len(row) > place]
    return found
