"""What was kept out of the lake and nobody has put right yet; and what somebody waved through.

The checks told of the last files alone, so that the next good file hid one that was refused.

A refused file or a quarantined row stands until the sender replaces it, a replay lets it in, or
somebody waves it through with a reason. That later files are good puts nothing right.

Does not belong here: showing it (`orchestration/facts.py`, `cdp quarantine`), and replaying.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.sealed import read_sealed, seal
from ingestion.storage import KeyExists, ObjectStore, keys
from ingestion.storage.numbering import listed

_RESTORE = "bring it back from a backup of the lake"
_DAYS = {"15min": 1, "hourly": 1, "daily": 1, "weekly": 7, "monthly": 31, "yearly": 366}
"""How far apart the days of two files may be that follow each other."""


class Waved(BaseModel):
    """Somebody looked at what was kept out of a delivery and said that it may stay out."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    number: int
    at: AwareDatetime
    who: str
    why: str
    sha256: str
    found: str = Field(alias="judged")
    """What became of it; when something else becomes of it, somebody must look again."""
    until: AwareDatetime | None = None
    """From then on it stands again; None for good."""


@dataclass(frozen=True)
class KeptOut:
    """A delivery of which something was kept out, and whether that is put right."""

    entry: LedgerEntry
    state: Literal["outstanding", "replaced", "waved through"]
    waved: Waved | None = None
    """The last that was said of it."""


@dataclass(frozen=True)
class Outstanding:
    """What stands of one source, the oldest first, at an instant."""

    at: datetime
    entries: tuple[LedgerEntry, ...] = ()
    waved: int = 0
    """Deliveries that are waved through now."""

    @property
    def refused(self) -> tuple[LedgerEntry, ...]:
        """Files that could not be used."""
        return tuple(e for e in self.entries if e.outcome.status == "refused")

    @property
    def with_rows(self) -> tuple[LedgerEntry, ...]:
        """Files that were accepted without some of their rows."""
        return tuple(e for e in self.entries if e.outcome.status == "accepted")

    @property
    def rows(self) -> int:
        """Rows that were kept out of accepted files."""
        return sum(entry.outcome.quarantined for entry in self.with_rows)


def outstanding(
    ledger: Ledger, contract: SourceContract, store: ObjectStore, now: datetime
) -> Outstanding:
    """What stands of a source."""
    every = kept_out(ledger, contract, Waves(store, contract.id).all(), now)
    standing = tuple(each.entry for each in every if each.state == "outstanding")
    return Outstanding(now, standing, sum(each.state == "waved through" for each in every))


def kept_out(
    ledger: Ledger, contract: SourceContract, waves: Iterable[Waved], now: datetime
) -> list[KeptOut]:
    """Every delivery of which something was kept out, in order, with what became of that."""
    later, said = _Later(ledger, contract), {wave.sha256: wave for wave in waves}
    came: dict[str, list[tuple[int, LedgerEntry]]] = {}
    for number, entry in enumerate(ledger.receipts()):
        came.setdefault(entry.sha256, []).append((number, entry))
    found = []
    for receipts in sorted(came.values(), key=lambda receipts: receipts[-1][0]):
        entry = receipts[-1][1]
        if not entry.kept_out:
            continue
        # One error page comes again and again, each time where another file should be.
        standing = [each for number, each in receipts if not later.replaces(each, number)]
        wave = said.get(entry.sha256)
        if not standing:
            found.append(KeptOut(entry, "replaced", wave))
        elif (
            wave
            and wave.found == what_became_of(entry)
            and (wave.until is None or now < wave.until)
        ):
            found.append(KeptOut(standing[-1], "waved through", wave))
        else:
            found.append(KeptOut(standing[-1], "outstanding", wave))
    return found


def what_became_of(entry: LedgerEntry) -> str:
    """What became of a delivery, in a line."""
    outcome = entry.outcome
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(outcome.reasons.items()))
    return f"{outcome.status} {outcome.code} {reasons}".strip()


class Waves:
    """What was waved through of one source: numbered records that are only ever added."""

    def __init__(self, store: ObjectStore, source: str) -> None:
        self._store, self._source = store, source

    def all(self) -> list[Waved]:
        """Oldest first. Raises `Damaged` when one is not what was written."""
        prefix, url = keys.waved_prefix(self._source), self._store.url
        return [
            read_sealed(Waved, self._store.get(key), key, url, fix=_RESTORE)
            for key in listed(self._store, prefix, partial(keys.waved, self._source))
        ]

    def add(
        self, entry: LedgerEntry, now: datetime, who: str, why: str, until: datetime | None
    ) -> Waved:
        """Let what was kept out of a delivery stay out, until an instant or for good."""
        number = len(self.all()) + 1
        while True:
            wave = Waved(
                number=number,
                at=now,
                who=who,
                why=why,
                sha256=entry.sha256,
                found=what_became_of(entry),
                until=until,
            )
            key = keys.waved(self._source, number)
            try:  # the commit point
                body = seal(wave.model_dump_json(by_alias=True).encode())
                self._store.put(key, body, if_absent=True, content_type="application/json")
            except KeyExists:
                number += 1
                continue
            return wave


class _Later:
    """Whether the sender has put a delivery right by a later one."""

    def __init__(self, ledger: Ledger, contract: SourceContract) -> None:
        self._whole = contract.delivery == "snapshot"
        self._step = timedelta(days=_DAYS[contract.cadence]) if contract.day else None
        self._shown, self._last_good = ledger.shown(), -1
        self._good: dict[str, list[tuple[int, LedgerEntry]]] = {}
        self._of_bytes: dict[str, LedgerEntry] = {}
        for number, entry in enumerate(ledger.receipts()):
            self._of_bytes[entry.sha256] = entry
            if entry.outcome.status == "accepted":
                self._last_good = number
                self._good.setdefault(entry.name, []).append((number, entry))

    def replaces(self, entry: LedgerEntry, number: int) -> bool:
        """A snapshot by the next good one; other files by a good one under their name."""
        of_name = self._good.get(entry.name, ())
        good = [each for n, each in of_name if n > number]
        shown = self._shown.get(entry.name)
        # Good bytes of before that its name shows again are no new receipt.
        if shown and shown.sha256 != entry.sha256:
            again = self._of_bytes.get(shown.sha256)
            good += [again] if again and again.outcome.status == "accepted" else []
        if self._whole:
            return self._last_good > number or bool(good)
        before = [each for n, each in of_name if n < number]
        return any(self._is_about_it(each, entry, before) for each in good)

    def _is_about_it(
        self, later: LedgerEntry, entry: LedgerEntry, before: Sequence[LedgerEntry]
    ) -> bool:
        """Is the later file of that name about the same? A name may show another day every night.

        Of which days a refused file was nobody knows. They are lost where the days that its name
        shows after it do not follow those that it showed before.
        """
        days, others = _days(entry), _days(later)
        if days:
            return not days.isdisjoint(others)
        known = {day for each in before[-1:] for day in _days(each)}
        if not (known and others and self._step):
            return True
        return min(others) <= max(known) + self._step


def _days(entry: LedgerEntry) -> set[date]:
    return {file.day for file in entry.outcome.files}
