"""Bringing bytes from where a contract says they are, unchanged, onto this machine.

Belongs here: one module per protocol, all yielding `Fetched`. Does not belong here: what the
bytes mean (`parsing/`) and where they are kept (`landing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ingestion.connectors.fetched import Fetched, FetchRequest, Known
from ingestion.contracts.model import Ckan, DropFolder, SourceContract
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
    if isinstance(contract.fetch, DropFolder):
        from ingestion.connectors.drop_folder import fetch_drops

        return fetch_drops(contract.fetch, request, known)
    assert isinstance(contract.fetch, Ckan)
    from ingestion.connectors.ckan import fetch_ckan

    return fetch_ckan(contract.fetch, request)
