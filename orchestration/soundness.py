"""Whether the files that a build reads are what was written, and making those again that are not.

A damaged file of the lake is made again from the raw bytes of its delivery. Where that cannot be,
its source is left out of the build, and with it what is made from it; the others go on. A damaged
table is no loss: a build that finds one makes it anew, and what is made from it. Does not belong
here: looking at one object (`ingestion/deliveries/damage.py`), and at all of them (`verifying.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from ingestion.contracts import SourceContract
from ingestion.deliveries.damage import content_of, written_for, wrong_with
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.replay import replay
from ingestion.errors import CdpError
from ingestion.judging.sandbox import Sandbox
from ingestion.storage import keys
from orchestration.deployment import Deployment

log = logging.getLogger(__name__)


def unsound_sources(
    deployment: Deployment,
    ledgers: Mapping[str, Ledger],
    changed: Mapping[str, Sequence[str] | None],
) -> dict[str, str]:
    """Sources whose files cannot be used by a build, each with the reason and what to do.

    Parameters
    ----------
    changed: the event days, by source, that the build reads; None for all of it.
    """
    found: dict[str, str] = {}
    for source, ledger in ledgers.items():
        contract = deployment.contract(source)
        days = changed.get(source, ())
        damaged = _damaged(deployment, ledger, contract, days)
        if damaged:
            _make_again(deployment, contract, set(damaged.values()))
            ledger.records()
            again = _damaged(deployment, ledger, contract, days)
            rows = keys.lake_prefix(source)
            left = {key: delivery for key, delivery in again.items() if key.startswith(rows)}
            if left:
                found[source] = _told(deployment, left, ledger)
    return found


def damaged_tables(
    deployment: Deployment,
    files: Mapping[str, Iterable[str]],
    sums: Mapping[str, str],
    unfinished: Collection[str] = (),
) -> dict[str, str]:
    """The tables of which a file is not what a build wrote, each with the first such file.

    Parameters
    ----------
    files: those that each table consists of. sums: what builds have recorded, by key.
    unfinished: names of files that a build wrote which was stopped before it recorded them. The
        catalogue names them, so all of each was written.
    """
    found: dict[str, str] = {}
    for table, consists_of in files.items():
        for key in consists_of:
            if table in found or (key not in sums and key.rpartition("/")[2] in unfinished):
                continue
            if wrong := wrong_with(deployment.lake, key, sums.get(key, "")):
                found[table] = f"{key} {wrong}"
    return found


def sums_of_tables(
    deployment: Deployment, files: Sequence[str], known: Mapping[str, str]
) -> dict[str, str]:
    """SHA-256 of the files of the tables, by key; a file that was there before keeps its own."""
    return {key: known.get(key) or content_of(deployment.lake, key) for key in files}


def _damaged(
    deployment: Deployment,
    ledger: Ledger,
    contract: SourceContract,
    changed: Sequence[str] | None,
) -> dict[str, str]:
    """Damaged files of a source that a build would read, with the delivery of each; when it reads
    all of them, what was kept out of them, too."""
    read = None
    if changed is not None and contract.day:
        read = {date.fromisoformat(day) for day in changed}
    entries = (entry for record in ledger.records() for entry in record.entries)
    rows = keys.lake_prefix(contract.id)
    return {
        key: written.delivery
        for key, written in written_for(entries).items()
        if written.sha256
        if read is None or (key.startswith(rows) and keys.lake_day(key) in read)
        if wrong_with(deployment.lake, key, written.sha256)
    }


def _make_again(deployment: Deployment, contract: SourceContract, deliveries: set[str]) -> None:
    """Write the rows of these deliveries anew, from their raw bytes, as far as that can be done."""
    kept = KeptBytes(deployment.settings, deployment.lake)
    try:
        with deployment.locked(f"ingest-{contract.id}"), Sandbox() as sandbox:
            ingestion = deployment.ingestion(sandbox, lambda _: None)
            report = replay(ingestion, contract, kept, deliveries=deliveries, anew=True)
    except CdpError as error:
        log.error("%s: damaged files could not be made again: %s", contract.id, error.message)
        return
    for done in report.replayed:
        log.warning("%s: rows of %s were damaged and are made again", contract.id, done.after.name)


def _told(deployment: Deployment, damaged: Mapping[str, str], ledger: Ledger) -> str:
    """What is wrong with a source, and what to do."""
    key, delivery = next(iter(damaged.items()))
    more = f" and {len(damaged) - 1} more" if len(damaged) > 1 else ""
    entry = ledger.entries()[delivery]
    kept = KeptBytes(deployment.settings, deployment.lake)
    gone = kept.why_gone(entry) or "they could not be judged again (cdp verify)"
    return (
        f"{key}{more} is damaged, and cannot be made again from its raw bytes: {gone}; "
        "bring it back from a backup of the lake"
    )
