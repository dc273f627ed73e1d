"""What the ledgers say that sources brought, by day: what fingerprints of models begin with.

A source that adds up brought something for each event day that a delivery has rows of; where its
key says no day, a row may have been taken from another day (`macros/winning_rows.sql`). A register
that comes as snapshots said something from the day on which a delivery came until the next; the
order is the one that `macros/dated_rows.sql` reads them in. Does not belong here: what is made of
it (`dbt_project/fingerprints.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from dbt_project.fingerprints import digest
from dbt_project.made_from import Dated, Leaf, Reported
from ingestion.clock import bangkok_day
from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.storage import keys

_VALIDITY = {"valid_from", "valid_until"}


def leaf(contract: SourceContract, ledger: Ledger) -> Leaf:
    """What a source brought."""
    receipts = list(_receipts(ledger))
    if contract.delivery == "increment":
        fixed = contract.day in contract.key or contract.repeats.conflict == "keep"
        moves = "" if fixed else digest(*(text for text, _ in receipts))
        return Reported(_by_day(receipts), moves)
    if contract.issued or _VALIDITY & {field.name for field in contract.fields}:
        # Which rows hold when is said by the rows, which nobody reads here.
        return digest(*(text for text, _ in receipts))
    return Dated(tuple(_in_force(receipts)))


def _receipts(ledger: Ledger) -> Iterator[tuple[str, LedgerEntry]]:
    """Every receipt that has rows in the lake, in order, with a text that no other state of it has:
    its place, the number of the record that has the last word on it, and its bytes: a ledger that
    lost its end gives the same numbers to others."""
    places, last = dict[tuple[str, object], int](), dict[int, tuple[str, LedgerEntry]]()
    for record in ledger.records():
        for number, entry in enumerate(record.entries):
            place = places.setdefault((entry.sha256, entry.received_at), len(places))
            last[place] = (f"{place}:{record.number}:{number}:{entry.sha256}", entry)
    for place in sorted(last):
        if last[place][1].lake:
            yield last[place]


def _by_day(receipts: list[tuple[str, LedgerEntry]]) -> dict[date, str]:
    found: dict[date, list[str]] = {}
    for text, entry in receipts:
        for key in entry.lake:
            found.setdefault(keys.lake_day(key), []).append(text)
    return {day: digest(*texts) for day, texts in found.items()}


def _in_force(
    receipts: list[tuple[str, LedgerEntry]],
) -> Iterator[tuple[date | None, date | None, str]]:
    """From when until when each delivery of a register was in force: on a day the newest of those
    that had come by then, and before the first of all that one."""
    newest: dict[date, int] = {}
    for place, (_, entry) in enumerate(receipts):
        newest[bangkok_day(entry.received_at)] = place
    steps: list[tuple[date, int]] = []
    for day in sorted(newest):
        if not steps or newest[day] > steps[-1][1]:
            steps.append((day, newest[day]))
    ends = [later - timedelta(days=1) for (_, _), (later, _) in pairwise(steps)]
    for number, (day, place) in enumerate(steps):
        since = day if number else None
        until = ends[number] if number < len(ends) else None
        yield since, until, receipts[place][0]
