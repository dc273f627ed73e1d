"""NGSI-LD context brokers (FIWARE and others): entities of a type, now or over a day.

The three forms of the standard are all fetched as they are; telling them apart is for parsing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date

from ingestion.connectors.addresses import public
from ingestion.connectors.answers import Ask
from ingestion.connectors.days import bounds, days, file_name
from ingestion.connectors.fetched import Fetched, FetchRequest, written
from ingestion.connectors.http import HttpClient
from ingestion.connectors.paging import Pages, identifiers_of, natural, records_at
from ingestion.contracts.fetching import NgsiLd
from ingestion.contracts.loader import resolve

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
            with written(path) as file:
                pages = Pages(request.source, file, request.limits.pages)
                _read(client, Ask(url, _params(words, day)), words.page_size, pages)
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


def _read(client: HttpClient, first: Ask, size: int, pages: Pages) -> None:
    total, more = None, True
    while more:
        place = {"limit": str(size), "offset": str(pages.records)}
        answer, document = client.json(Ask(first.url, {**first.params, **place}))
        entities = records_at(document, (), answer, client)
        pages.add(answer, len(entities), identifiers_of(entities, "id"))
        total = natural(answer.headers.get(_COUNT))
        more = bool(entities) and (total is None or pages.records < total)
    pages.check(total)
