"""Bringing bytes from where a contract says they are, unchanged, onto this machine.

Belongs here: one module per protocol, all yielding `Fetched`. Does not belong here: what the
bytes mean (`formats/`) and where they are kept (`deliveries/landing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ingestion.connectors.fetched import Fetched, FetchRequest, Known
from ingestion.connectors.secrets import Secrets
from ingestion.contracts.fetching import Ckan, DropFolder, HttpFile, HttpJson, SensorThings
from ingestion.contracts.source import SourceContract
from ingestion.errors import CdpError
from ingestion.settings import Settings

__all__ = ["FetchRequest", "Fetched", "Known", "fetch"]


def fetch(
    contract: SourceContract, settings: Settings, day: date, folder: Path, known: Known
) -> Iterator[Fetched]:
    """Yield what a source has for a day and the days of its lookback, one file at a time.

    Parameters
    ----------
    day: Asia/Bangkok day that the run is about; sources that are snapshots give what they have.
    folder: an empty folder for the bytes; a file may be deleted when the next one is asked for.
    known: tells of files that need not be fetched again.

    Raises
    ------
    TransientError: the source does not answer. PermanentError: it never will, as it is set up.
    """
    request = FetchRequest(contract=contract, settings=settings, day=day, folder=folder)
    yield from without_secrets(request, known)


def without_secrets(request: FetchRequest, known: Known) -> Iterator[Fetched]:
    """What the source's connector yields and raises, with no secret in what is told of it."""
    secrets = Secrets.of(request.contract.fetch)
    with secrets.out_of_logs():
        try:
            for fetched in _connector(request, known):
                yield secrets.hide_in_file(fetched)
        except CdpError as error:
            raise secrets.hide_in_error(error) from None


def _connector(request: FetchRequest, known: Known) -> Iterator[Fetched]:
    """The connector that the contract names; each is loaded when it is needed."""
    words = request.contract.fetch
    if isinstance(words, DropFolder):
        from ingestion.connectors.drop_folder import fetch_drops

        return fetch_drops(words, request, known)
    if isinstance(words, HttpFile):
        from ingestion.connectors.http_file import fetch_file

        return fetch_file(words, request, known)
    if isinstance(words, HttpJson):
        from ingestion.connectors.http_json import fetch_json

        return fetch_json(words, request)
    if isinstance(words, Ckan):
        from ingestion.connectors.ckan import fetch_ckan

        return fetch_ckan(words, request, known)
    if isinstance(words, SensorThings):
        from ingestion.connectors.sensorthings import fetch_things

        return fetch_things(words, request)
    from ingestion.connectors.ngsi_ld import fetch_entities

    return fetch_entities(words, request)
