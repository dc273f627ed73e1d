"""Is the clock believable? Asked before anything is destroyed or refused for good because of it.

Files that a clock three days behind refused stayed refused for good; one that stood years ahead
destroyed every key.

The lake remembers the newest instant at which the platform worked under a believable clock. A
clock that stands before it, or far after it, is in doubt until it is back between the two or
somebody says, with a name and a reason, that it is right. What is done under a clock in doubt
moves nothing: a second night with a wrong clock finds the same doubt.

Belongs here: the verdict and the memory. Does not belong here: what is not done meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from ingestion.clock import BANGKOK
from ingestion.errors import PermanentError
from ingestion.sealed import read_sealed, seal
from ingestion.storage import InvalidKey, KeyExists, KeyMissing, ObjectStore, keys
from ingestion.storage.numbering import listed

FAR_AHEAD = timedelta(days=14)
"""The platform runs every night. One that was off for the longest holidays goes on by itself; one
that was off for longer is asked once, since what a wrong clock destroys does not come back."""
FAR_BEHIND = timedelta(hours=1)
"""Clocks of two machines differ by seconds, and rows may be stamped an hour ahead of ours."""
_RESTORE = "bring it back from a backup of the lake, or delete it: nothing is decided by it"
_REMEMBERED_EVERY = timedelta(minutes=10)


class ClockInDoubt(PermanentError):
    """The clock is not believable, so that nothing is decided by it that cannot be taken back."""


@dataclass(frozen=True)
class ClockVerdict:
    """What can be said of a clock."""

    state: Literal["plausible", "behind", "ahead"]
    now: datetime
    newest: datetime | None
    """The newest instant that is known to have been; None before anything was recorded."""

    @property
    def plausible(self) -> bool:
        """May something be destroyed or refused because of what the clock says?"""
        return self.state == "plausible"

    @property
    def sentence(self) -> str:
        """What the clock says, beside what is known."""
        if self.newest is None:
            return f"the clock says {_shown(self.now)}, and there is no record to compare it with"
        far = f"{_length(self.now - self.newest)} {'before' if self._early else 'after'}"
        known = f"the newest record of this lake ({_shown(self.newest)})"
        return f"the clock says {_shown(self.now)}, {far} {known}"

    @property
    def doubt(self) -> ClockInDoubt:
        """The failure of whatever may not go on."""
        return ClockInDoubt(
            self.sentence,
            expected=f"no time before that record, nor more than {FAR_AHEAD.days} days after it",
            fix="set the clock of this machine; if it is right, because the platform was off or "
            "the record was made under a wrong clock, say so once: cdp clock confirm --why …",
        )

    @property
    def _early(self) -> bool:
        return self.newest is not None and self.now < self.newest


class Confirmation(BaseModel):
    """Somebody said that the clock was right; kept for ever."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: AwareDatetime
    who: str
    why: str
    newest: AwareDatetime | None
    """What was the newest record till then."""


class ClockTrust:
    """What a lake knows of the time."""

    def __init__(self, lake: ObjectStore) -> None:
        self._lake = lake

    def verdict(self, now: datetime) -> ClockVerdict:
        """What can be said of a clock that says `now`. Changes nothing."""
        newest = self.newest()
        if newest is None or -FAR_BEHIND <= now - newest <= FAR_AHEAD:
            return ClockVerdict("plausible", now, newest)
        return ClockVerdict("behind" if now < newest else "ahead", now, newest)

    def observe(self, now: datetime) -> ClockVerdict:
        """The verdict; a believable instant is remembered. Whatever writes to the lake does this
        first, so that no record of its own can make its clock believable."""
        verdict = self.verdict(now)
        known = self._believed()
        if verdict.plausible and (known is None or now - known >= _REMEMBERED_EVERY):
            # On a lake that never asked, what its records say is not to be lost.
            self._believe(max(now, verdict.newest or now))
        return verdict

    def require(self, now: datetime) -> None:
        """Raises `ClockInDoubt` unless the clock is believable."""
        verdict = self.verdict(now)
        if not verdict.plausible:
            raise verdict.doubt

    def confirm(self, now: datetime, who: str, why: str) -> Confirmation:
        """Believe the clock from now on, whatever the records say."""
        newest = self.newest()
        number = 1 + len(self._confirmed())
        while True:
            said = Confirmation(number=number, at=now, who=who, why=why, newest=newest)
            body = seal(said.model_dump_json(indent=1).encode())
            try:
                self._lake.put(
                    keys.clock_confirmation(number),
                    body,
                    if_absent=True,
                    content_type="application/json",
                )
            except KeyExists:
                number += 1
                continue
            self._believe(now)  # the commit point: what was said counts from here on
            return said

    def confirmations(self) -> list[Confirmation]:
        """What was said of the clock, oldest first. Raises `Damaged`; no verdict asks for it."""
        url, found = self._lake.url, ((key, self._lake.get(key)) for key in self._confirmed())
        return [read_sealed(Confirmation, body, key, url, fix=_RESTORE) for key, body in found]

    def _confirmed(self) -> list[str]:
        return [*listed(self._lake, keys.clock_confirmations_prefix(), keys.clock_confirmation)]

    def newest(self) -> datetime | None:
        """The newest instant that is known to have been; None on a lake without any record."""
        return self._believed() or self._recorded()

    def _believed(self) -> datetime | None:
        try:
            return _Believed.model_validate_json(self._lake.get(keys.clock_believed())).at
        except (KeyMissing, ValidationError):  # none yet, or damaged: then the records tell
            return None

    def _believe(self, now: datetime) -> None:
        body = _Believed(at=now.astimezone(UTC)).model_dump_json().encode()
        self._lake.put(keys.clock_believed(), body, content_type="application/json")

    def _recorded(self) -> datetime | None:
        """The newest of what the last record of every ledger, and of the builds, says."""
        found = []
        for prefix, word in (("ledger/", "written_at"), ("builds/", "as_of")):
            there = (info.key for info in self._lake.list(prefix))  # in order
            records = (key for key in there if _is_record(key))
            for _, of_one in groupby(records, key=lambda key: key.rpartition("/")[0]):
                *_, last = of_one
                found.append(_instant(self._lake.get(last), word))
        return max((at for at in found if at), default=None)


class _Believed(BaseModel):
    model_config = ConfigDict(frozen=True)

    at: AwareDatetime


def _is_record(key: str) -> bool:
    """Whatever else lies there says nothing of the clock, and hides nothing that does."""
    try:
        return keys.numbered(key) > 0
    except InvalidKey:
        return False


def _instant(body: bytes, word: str) -> datetime | None:
    """The instant in a record, if it can be read: damage of records is told by who uses them."""
    try:
        at = datetime.fromisoformat(json.loads(body)[word])
    except (ValueError, KeyError, TypeError):
        return None
    return at if at.tzinfo else None


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(BANGKOK):%Y-%m-%d %H:%M} Bangkok time"


def _length(apart: timedelta) -> str:
    apart = abs(apart)
    if apart >= timedelta(days=2):
        return f"{apart.days:,} days"
    return f"{apart / timedelta(hours=1):.0f} hours"
