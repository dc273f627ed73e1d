"""NGSI-LD context brokers (FIWARE and others): entities of a type, now or over a day.

The three forms of the standard are all fetched as they are; telling them apart is for parsing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from functools import partial
from pathlib import Path

from ingestion.connectors.days import bounds, days, file_name
from ingestion.connectors.fetched import Fetched, FetchRequest, written
from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Answer, Ask
from ingestion.connectors.http.client import HttpClient
from ingestion.connectors.http.paging import (
    Pages,
    identifiers_of,
    natural,
    read_steadily,
    records_at,
)
from ingestion.contracts.fetching import NgsiLd
from ingestion.contracts.references import resolve

_LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
_COUNT = "NGSILD-Results-Count"


def fetch_entities(words: NgsiLd, request: FetchRequest) -> Iterator[Fetched]:
    """Yield the entities as they are, or for `temporal` a file for every day asked for."""
    temporal = words.form == "temporal"
    root = resolve(words.url).rstrip("/")
    url = f"{root}/temporal/entities" if temporal else f"{root}/entities"
    path = request.folder / "answers.jsonl"
    with HttpClient(words, request, _headers(words)) as client:
        for day in days(request) if temporal else [request.day]:
            ask = Ask(url, _params(words, day))
            pages = read_steadily(partial(_read, client, ask, words, request, path))
            name = file_name(f"{words.entity}.jsonl", url, day, "{day}" if temporal else "")
            yield Fetched(name, path, public(url), details=pages.details)


def _headers(words: NgsiLd) -> dict[str, str]:
    said = {
        "Link": _LINK.format(words.context) if words.context else "",
        "NGSILD-Tenant": resolve(words.tenant),
    }
    return {name: value for name, value in said.items() if value}


def _params(words: NgsiLd, day: date) -> dict[str, str]:
    asked = {
        "type": words.entity,
        "q": words.query,
        "attrs": ",".join(words.attributes),
        "count": "true",
        "options": {"key_values": "keyValues", "temporal": "temporalValues"}.get(words.form, ""),
    }
    if words.form == "temporal":
        first, end = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in bounds(day))
        asked |= {"timerel": "between", "timeAt": first, "endTimeAt": end}
    return {name: value for name, value in asked.items() if value}


def _read(client: HttpClient, ask: Ask, words: NgsiLd, request: FetchRequest, path: Path) -> Pages:
    def at(place: int, size: int) -> tuple[Answer, list[object]]:
        where = {"limit": str(size), "offset": str(place)}
        answer, document = client.json(Ask(ask.url, {**ask.params, **where}))
        return answer, records_at(document, (), answer, client)

    with written(path) as file:
        pages, more = Pages(request.source, file, request.limits.pages), True
        while more:
            answer, entities = at(pages.records, words.page_size)
            pages.add(answer, entities, identifiers_of(entities, "id"))
            pages.promised(natural(answer.headers.get(_COUNT)))
            more = bool(entities) and not pages.done
        pages.check()
        pages.check_places(lambda place: identifiers_of(at(place, 1)[1], "id"))
    return pages
