"""Answers in JSON from an API that has no standard of its own: one document, or pages of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from ingestion.connectors.days import days_to_ask, file_name, filled
from ingestion.connectors.fetched import Fetched, FetchRequest, written
from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Answer, Ask
from ingestion.connectors.http.client import HttpClient
from ingestion.connectors.http.paging import (
    Pages,
    found_at,
    identifiers_of,
    natural,
    read_steadily,
    records_at,
)
from ingestion.contracts.fetching import Cursor, HttpJson, NextLink, Numbered, Offset
from ingestion.contracts.references import resolve

Paging = Offset | Numbered | Cursor | NextLink
Parameters = Mapping[str, str | int]


def fetch_json(words: HttpJson, request: FetchRequest) -> Iterator[Fetched]:
    """Yield the answers of every day that is asked for, an answer a line."""
    given = {**words.params, **{name: str(value) for name, value in words.body.items()}}
    texts = (words.url, *given.values())
    path = request.folder / "answers.jsonl"
    with HttpClient(words, request) as client:
        for day in days_to_ask(request, *texts):
            ask = _first_ask(words, day)
            pages = read_steadily(partial(_read, client, words, ask, request, path))
            name = file_name(words.name, resolve(words.url), day, *texts)
            yield Fetched(name, path, public(ask.url), details=pages.details)


def _first_ask(words: HttpJson, day: date) -> Ask:
    params = {name: filled(resolve(text), day) for name, text in words.params.items()}
    ask = Ask(filled(resolve(words.url), day), params)
    if words.method == "get":
        return ask
    body = {
        name: filled(resolve(value), day) if isinstance(value, str) else value
        for name, value in words.body.items()
    }
    return _with(replace(ask, body=b"{}"), body)


def _read(
    client: HttpClient, words: HttpJson, first: Ask, request: FetchRequest, path: Path
) -> Pages:
    record_path: tuple[str, ...] = getattr(request.contract.format, "record_path", ())
    paging = words.paging
    with written(path) as file:
        pages = Pages(request.source, file, request.limits.pages)
        ask: Ask | None = _with(first, _beginning(paging)) if paging else first
        while ask:
            answer, document = client.json(ask)
            # Without pages and without a path, the document is for parsing to take apart.
            whole = paging is None and not record_path
            records = [] if whole else records_at(document, record_path, answer, client)
            pages.add(answer, records, identifiers_of(records, words.identifier))
            if paging is None:
                return pages
            if paging.total:
                pages.promised(natural(found_at(document, paging.total)))
            if isinstance(paging, Offset | Numbered):
                ended = not records or pages.done
                ask = None if ended else _with(first, _place(paging, pages))
            else:
                ask = _continued(paging, first, answer, document, pages)
        pages.check()
        _check_ends(client, words, first, record_path, pages)
    return pages


def _check_ends(
    client: HttpClient, words: HttpJson, first: Ask, record_path: tuple[str, ...], pages: Pages
) -> None:
    """Do pages still end where they ended? Of what leads from page to page itself, nobody knows."""
    at = words.paging

    def asked(more: Parameters) -> list[object]:
        answer, document = client.json(_with(first, more))
        return identifiers_of(records_at(document, record_path, answer, client), words.identifier)

    if isinstance(at, Offset):
        pages.check_places(lambda place: asked({at.limit: 1, at.offset: place}))
    elif isinstance(at, Numbered):
        pages.check_pages(lambda page: asked({**_beginning(at), at.page: at.first + page}))


def _beginning(paging: Paging) -> Parameters:
    if isinstance(paging, Offset):
        return {paging.limit: paging.size, paging.offset: 0}
    if isinstance(paging, Numbered):
        size = {paging.limit: paging.size} if paging.limit else {}
        return {**size, paging.page: paging.first}
    return {}


def _place(paging: Offset | Numbered, pages: Pages) -> Parameters:
    """Where the next page begins, counted from what came: a source may send less than asked for."""
    if isinstance(paging, Offset):
        return {**_beginning(paging), paging.offset: pages.records}
    return {**_beginning(paging), paging.page: paging.first + pages.pages}


def _continued(
    paging: Cursor | NextLink, first: Ask, answer: Answer, document: object, pages: Pages
) -> Ask | None:
    """The question that the source itself says comes next, if any."""
    if isinstance(paging, Cursor):
        mark = found_at(document, paging.path)
        told = isinstance(mark, str | int) and not isinstance(mark, bool) and mark != ""
        return _with(first, {paging.cursor: pages.follow(str(mark))}) if told else None
    if paging.path:
        link = found_at(document, paging.path)
    else:
        link = answer.links.get("next", {}).get("url")
    return Ask(pages.follow(answer.joined(link))) if isinstance(link, str) and link else None


def _with(ask: Ask, more: Parameters) -> Ask:
    """The question with more parameters, in its body where it has one."""
    if ask.body is None:
        added = {name: str(value) for name, value in more.items()}
        return replace(ask, params={**ask.params, **added})
    members = {**json.loads(ask.body), **more}
    body = json.dumps(members, ensure_ascii=False).encode()
    return replace(ask, body=body, headers={**ask.headers, "Content-Type": "application/json"})
