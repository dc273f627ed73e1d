"""A file at an address: a table that is replaced in place, or one file a day."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ingestion.connectors.days import days_to_ask, file_name, filled
from ingestion.connectors.fetched import Fetched, FetchRequest, Known
from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Ask
from ingestion.connectors.http.client import HttpClient
from ingestion.contracts.fetching import HttpFile
from ingestion.contracts.references import resolve


def fetch_file(words: HttpFile, request: FetchRequest, known: Known) -> Iterator[Fetched]:
    """Yield the file of every day that is asked for, but not where its version mark is known.

    What is sent as a page of HTML is kept like anything else: readers say what bytes are.
    """
    texts = (words.url, *words.params.values())
    path = request.folder / "file"
    with HttpClient(words, request) as client:
        for day in days_to_ask(request, *texts):
            url = filled(resolve(words.url), day)
            params = {name: filled(resolve(text), day) for name, text in words.params.items()}
            name = file_name(words.name, resolve(words.url), day, *texts)
            answer = client.download(Ask(url, params), path, partial(known, name))
            if answer:
                yield Fetched(name, path, public(url), answer.mark, answer.details)
