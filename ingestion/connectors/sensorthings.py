"""OGC SensorThings API 1.1 (FROST and others): observations of a day, or entities as they are.

Days are asked for by a window of time with an explicit order. The next link is opaque: it is
followed, never built, and must stay on the hosts of the contract.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date

from ingestion.connectors.addresses import public
from ingestion.connectors.answers import Ask
from ingestion.connectors.days import bounds, days, file_name
from ingestion.connectors.fetched import Fetched, FetchRequest, written
from ingestion.connectors.http import HttpClient
from ingestion.connectors.paging import Pages, found_at, identifiers_of, natural, records_at
from ingestion.contracts.fetching import SensorThings
from ingestion.contracts.loader import resolve

log = logging.getLogger(__name__)


def fetch_things(words: SensorThings, request: FetchRequest) -> Iterator[Fetched]:
    """Yield a file for every day that is asked for, or one where days mean nothing."""
    url = f"{resolve(words.url).rstrip('/')}/{words.entities}"
    path = request.folder / "answers.jsonl"
    with HttpClient(words, request) as client:
        for day in days(request) if words.time else [request.day]:
            with written(path) as file:
                pages = Pages(request.source, file, request.limits.pages)
                total = _read(client, Ask(url, _params(words, day)), pages)
            asked = "{day}" if words.time else ""
            name = file_name(f"{words.entities}.jsonl".replace("/", "-"), url, day, asked)
            details = {**pages.details, **_doubt(pages, total, request.source)}
            yield Fetched(name, path, public(url), details=details)


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


def _read(client: HttpClient, first: Ask, pages: Pages) -> int | None:
    """Write all pages; what the service says it has."""
    ask: Ask | None = first
    total = None
    while ask:
        answer, document = client.json(ask)
        entries = records_at(document, ("value",), answer, client)
        arrays = [found_at(entry, ("dataArray",)) for entry in entries]
        rows = sum(len(array) if isinstance(array, list) else 1 for array in arrays)
        pages.add(answer, rows, identifiers_of(entries, "@iot.id"))
        told = natural(found_at(document, ("@iot.count",)))
        total = told if total is None else total
        link = found_at(document, ("@iot.nextLink",))
        ask = Ask(pages.follow(answer.joined(link))) if isinstance(link, str) and link else None
    return total


def _doubt(pages: Pages, total: int | None, source: str) -> dict[str, str]:
    """What is strange but no failure: published services count wrongly even at rest."""
    doubts = []
    if total not in (None, pages.records):
        doubts.append(f"@iot.count says {total}, {pages.records} came")
    if pages.repeated:
        doubts.append(f"{pages.repeated} came twice")
    if not doubts:
        return {}
    log.warning("source %s: %s", source, "; ".join(doubts))
    return {"warning": "; ".join(doubts)}
