"""Kept bytes read and cast again, after the contract that they were read by was corrected.

    ledger ──▶ what was taken in under older words ──▶ kept bytes ──▶ parse ──▶ lake ──▶ ledger

Every delivery keeps the time at which it came, so that a replay never changes which of two
deliveries is the later one. Its rows are written under the keys that they had; days that lose all
their rows lose their object. A replay that is cut off anywhere is done again by the next one.
Does not belong here: parsing and writing (`ingest.py`), which a delivery goes through as it did
when it was new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from ingestion.connectors import Fetched
from ingestion.contracts import SourceContract
from ingestion.deliveries.currency import (
    UNDER_WAY,
    by_clock,
    of_a_wrong_clock,
    under_other_words,
    worth_replaying,
)
from ingestion.deliveries.ingest import Ingestion
from ingestion.deliveries.kept import BytesGone, KeptBytes
from ingestion.deliveries.landing import Arrival, Landed
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.errors import PermanentError, PrivacyFailure
from ingestion.faults import RowsLost
from ingestion.judging.outcome import ParseOutcome
from ingestion.scratch import scratch_folder
from ingestion.storage import keys

WhichClock = Literal["as known", "alone", "wrong"]
_DELIVERIES_PER_RECORD = 100
_KEY_GONE = "identifier_key_gone"


class KeysGone(PermanentError):
    """The keys that made a delivery's pseudonyms are destroyed: its rows cannot be made again."""


@dataclass(frozen=True)
class Replayed:
    """One delivery, before and after."""

    before: LedgerEntry
    after: LedgerEntry

    @property
    def gained(self) -> int:
        """Rows that are in the lake now and were not before; negative when there are fewer."""
        return self.after.outcome.accepted - self.before.outcome.accepted


@dataclass(frozen=True)
class ReplayReport:
    """What one replay did for one source."""

    source: str
    replayed: tuple[Replayed, ...] = ()
    problems: tuple[tuple[LedgerEntry, str], ...] = ()
    """Deliveries that stay as they were, and why."""
    older: int = 0
    """Deliveries taken in under older words that were let be: nothing of them was kept out."""


def replay(
    ingestion: Ingestion,
    contract: SourceContract,
    kept: KeptBytes,
    *,
    deliveries: Collection[str] | None = None,
    everything: bool = False,
    anew: bool = False,
    clock: WhichClock = "as known",
) -> ReplayReport:
    """Take kept deliveries of a source in again that came under other words than the present, or
    under a clock that was wrong.

    Parameters
    ----------
    deliveries: SHA-256 of those that are asked for; None for all of the source.
    everything: also those of which nothing was kept out; then stricter words count for them too.
    anew: all that are asked for, whatever they were taken in under: their rows are damaged.
    clock: `alone` for those alone of which a wrong clock kept something out, as far as the ledger
        knows, and not more of them than a night has time for; `wrong` if somebody says that it was
        wrong when those came that are asked for.

    Raises
    ------
    CdpError: when our own store or sandbox fails; what was done till then is done again next time.
    """
    ledger = Ledger(ingestion.store, contract.id)
    asked = [e for e in ledger.receipts() if deliveries is None or e.sha256 in deliveries]
    older = [] if clock == "alone" else asked if anew else under_other_words(asked, contract)
    chosen = older if everything or anew else worth_replaying(older, contract)
    by_wrong_clock = _by_wrong_clock(ingestion, kept, ledger, asked, clock)
    wanted = {entry.sha256 for entry in chosen} | by_wrong_clock
    let_be = len({entry.sha256 for entry in older} - wanted)
    if not wanted:
        return ReplayReport(contract.id, older=let_be)
    work = _Replay(ingestion, contract, kept, ledger, by_wrong_clock)
    replayed: list[Replayed] = []
    for batch in _batches([entry for entry in asked if entry.sha256 in wanted]):
        replayed += work.again(batch)
    return ReplayReport(contract.id, tuple(replayed), tuple(work.problems), let_be)


def _by_wrong_clock(
    ingestion: Ingestion,
    kept: KeptBytes,
    ledger: Ledger,
    asked: Sequence[LedgerEntry],
    clock: WhichClock,
) -> set[str]:
    """Those of the deliveries asked for that a wrong clock kept out; the oldest first."""
    if clock == "wrong":
        return {entry.sha256 for entry in asked if by_clock(entry)}
    if ingestion.doubt:  # it would fare no better now
        return set()
    found = of_a_wrong_clock(ledger, ingestion.clock.now())
    known = {entry.sha256 for entry in asked}
    there = {e.sha256: e for e in found if e.sha256 in known and not kept.why_gone(e)}
    return set(list(there)[: _DELIVERIES_PER_RECORD if clock == "alone" else None])


def _batches(chosen: Sequence[LedgerEntry]) -> Iterator[list[list[LedgerEntry]]]:
    """The receipts of every delivery, a bounded number of deliveries at a time."""
    receipts: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in chosen:
        receipts[entry.sha256].append(entry)
    every = list(receipts.values())
    for first in range(0, len(every), _DELIVERIES_PER_RECORD):
        yield every[first : first + _DELIVERIES_PER_RECORD]


class _Replay:
    def __init__(
        self,
        ingestion: Ingestion,
        contract: SourceContract,
        kept: KeptBytes,
        ledger: Ledger,
        by_wrong_clock: Collection[str],
    ) -> None:
        self._by_wrong_clock = by_wrong_clock
        self._ingestion, self._contract, self._kept = ingestion, contract, kept
        self._ledger, self._store = ledger, ingestion.store
        self.problems: list[tuple[LedgerEntry, str]] = []
        self._objects: dict[str, set[str]] = defaultdict(set)
        for info in self._store.list(keys.lake_prefix(contract.id)):
            self._objects[info.key.rsplit("/", 1)[-1].removesuffix(".parquet")].add(info.key)

    def again(self, batch: list[list[LedgerEntry]]) -> list[Replayed]:
        """Take deliveries in again and replace what was kept of them."""
        there = [receipts for receipts in batch if self._is_there(receipts)]
        if not there:
            return []
        under_way = {"contract_hash": UNDER_WAY, "sums": {}}
        begun = [e.model_copy(update=under_way) for receipts in there for e in receipts]
        self._ledger.append(begun, self._ingestion.clock.now())
        replayed = [done for receipts in there for done in self._delivery(receipts)]
        entries = [done.after for done in replayed]
        if entries:
            self._ledger.append(entries, self._ingestion.clock.now())  # the commit point
        return [done for done in replayed if done.after.outcome is not done.before.outcome]

    def _is_there(self, receipts: list[LedgerEntry]) -> bool:
        gone = [(entry, self._kept.why_gone(entry)) for entry in receipts]
        self.problems += [(entry, why) for entry, why in gone if why]
        return not any(why for _, why in gone)

    def _delivery(self, receipts: list[LedgerEntry]) -> list[Replayed]:
        """Take every receipt of a delivery in again; nothing else is left then of what it was."""
        done: list[Replayed] = []
        try:
            for before in receipts:
                done.append(Replayed(before, self._anew(before)))
        except (BytesGone, KeysGone, RowsLost, PrivacyFailure) as error:
            self.problems.append((receipts[-1], error.message))
            # Where nothing was written, all is as it was; else the ledger goes on saying "begun".
            return [] if done else [Replayed(before, self._tried(before)) for before in receipts]
        written = {key for each in done for key in each.after.lake}
        left_over = self._objects[receipts[0].sha256[:16]] - written
        for key in left_over:
            self._store.delete(key)
        if not any(each.after.quarantine for each in done):
            self._store.delete(keys.quarantine(self._contract.id, receipts[0].sha256))
        emptied = {keys.lake_day(key) for key in left_over}
        return [
            Replayed(each.before, _touching(each.after, {*each.before.days, *emptied}))
            for each in done
        ]

    def _tried(self, before: LedgerEntry) -> LedgerEntry:
        """A receipt that stays as it was; no later night tries in vain what this one tried."""
        if before.sha256 not in self._by_wrong_clock:
            return before
        now = self._ingestion.clock.now()
        return before.model_copy(update={"as_of": now, "clock": ""})

    def _anew(self, before: LedgerEntry) -> LedgerEntry:
        with scratch_folder("replay", self._ingestion.settings.scratch_root) as folder:
            path = folder / "raw"
            self._kept.copy(before, path)
            fetched = Fetched(before.name, path, before.origin, before.mark)
            arrival = Arrival(self._contract, fetched, before.sha256, before.size)
            # By the clock of then, unless that was wrong: what was to come then stays to come.
            wrong = before.sha256 in self._by_wrong_clock
            by = self._ingestion.clock.now() if wrong else before.as_of
            landed = Landed(arrival, before.raw, before.received_at, by)
            after = self._ingestion.read_and_write(landed, partial(_may_replace, before))
        self._ingestion.on_file(after)
        return after


def _may_replace(before: LedgerEntry, outcome: ParseOutcome) -> None:
    """Check an outcome before its rows take the place of what is there.

    Raises
    ------
    KeysGone: rows that are in the lake could not be made again. RowsLost: a defect of ours.
    """
    lost = outcome.reasons.get(_KEY_GONE, 0) - before.outcome.reasons.get(_KEY_GONE, 0)
    if lost > 0:
        raise KeysGone(f"{lost} of its rows need a pseudonym whose key was destroyed since")
    stored = sum(file.rows for file in outcome.files)
    counted = outcome.accepted + outcome.quarantined + outcome.deduplicated
    if stored != outcome.accepted or (outcome.status == "accepted" and counted != outcome.rows):
        raise RowsLost(
            f"{outcome.rows} rows became {stored} written, {outcome.quarantined} quarantined, "
            f"{outcome.deduplicated} deduplicated",
            fix="report this with the file: it is a defect of the platform",
        )


def _touching(entry: LedgerEntry, days: set[date]) -> LedgerEntry:
    """The entry with the days that it touched before: what is gone from them must be seen."""
    return entry.model_copy(update={"days": tuple(sorted({*entry.days, *days}))})
