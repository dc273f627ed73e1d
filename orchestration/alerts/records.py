"""The numbered records of warnings, kept in the lake: what is known, and who is still to be told.

Every record holds the whole state, so that the newest one is enough to go on from. What happened is
recorded before anybody is told, and each message once it was taken: whoever is killed in between
finds in the newest record what is left, under the same key as before, by which the other side knows
a message that it has already. Does not belong here: what happens (`evaluating.py`), and sending
(`outbox.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from ingestion.errors import TransientError
from ingestion.sealed import Damaged, read_sealed, seal, sha256
from ingestion.storage import KeyExists, ObjectStore, keys
from ingestion.storage.lease import fence
from ingestion.storage.numbering import listed, newest, tell, told
from orchestration.alerts.chain import Warned
from orchestration.alerts.model import Event, Place, Value

_REMEDY = (
    "bring it back from a backup of the lake; or delete it and those after it, and who is on duty "
    "may be told again what these records say"
)


class AlertsConflict(TransientError):
    """Another process has warned of the same meanwhile."""


class Sending(Value):
    """A message to one on the duty list.

    Attributes
    ----------
    to: the id on the duty list, and no address: those stand in the list alone.
    key: by which the other side knows a message that it has already.
    state: `refused` and `given_up` stay for a day, so that somebody sees them.
    problem: why the last try failed.
    """

    event: Event
    to: str
    key: str
    at: AwareDatetime
    state: Literal["waiting", "sent", "refused", "given_up"] = "waiting"
    tries: int = 0
    tried_at: AwareDatetime | None = None
    problem: str = ""


class Record(Value):
    """The state after one step, and what was new in it.

    Attributes
    ----------
    places: all that were ever seen, by code.
    warnings: what the public reads: the messages of open episodes, and of those that ended lately.
    happened: what was new. unplanned: of it or of before, what nobody was found for yet, since the
        duty list could not be read.
    outbox: the messages that are not sent. ended: those that came to an end with this record.
    before: SHA-256 of the record before it. fence: the number of the lease; 0 without one.
    """

    kind: str
    number: int
    at: AwareDatetime
    places: dict[str, Place] = Field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()
    happened: tuple[Event, ...] = ()
    unplanned: tuple[Event, ...] = ()
    outbox: tuple[Sending, ...] = ()
    ended: tuple[Sending, ...] = ()
    before: str = ""
    fence: int = 0


class Records:
    """The records of one kind of warning, as one process reads and adds to them."""

    def __init__(self, store: ObjectStore, kind: str) -> None:
        self.kind = kind
        self._store, self._before = store, ""

    def last(self, now: datetime) -> Record:
        """The newest record; before the first, one of a lake where nothing is known.

        Raises
        ------
        Damaged: it is not what was written.
        """
        number = newest(self._store, self._key, told(self._store, keys.newest_alerts(self.kind)))
        if not number:
            return Record(kind=self.kind, number=0, at=now)
        body = self._store.get(self._key(number))
        self._before = sha256(body)
        return self._read(body, self._key(number))

    def add(self, after: Record) -> Record:
        """Add the record that follows the newest one. Until then it has not happened.

        Raises
        ------
        LeaseLost: another process holds the lake by now.
        AlertsConflict: another one has added a record meanwhile.
        """
        number = after.number + 1
        step = {"number": number, "before": self._before, "fence": fence()}
        record = after.model_copy(update=step)
        body = seal(record.model_dump_json(exclude_defaults=True).encode())
        try:
            self._store.put(  # the commit point
                self._key(number), body, if_absent=True, content_type="application/json"
            )
        except KeyExists:
            raise AlertsConflict(
                f"another process has recorded {self.kind} warning {number} meanwhile",
                fix="nothing is lost: the next arrival, or the next run, goes on from there",
            ) from None
        self._before = sha256(body)
        tell(self._store, keys.newest_alerts(self.kind), number)
        return record

    def history(self) -> list[Record]:
        """All records, oldest first.

        Raises
        ------
        Damaged: one is not what was written, or does not follow the one before.
        """
        found, before = list[Record](), ""
        for key in listed(self._store, keys.alerts_prefix(self.kind), self._key):
            body = self._store.get(key)
            record = self._read(body, key)
            if record.before != before:
                told = "it does not follow the one before it"
                raise Damaged(key, self._store.url, told, fix=_REMEDY)
            before = sha256(body)
            found.append(record)
        return found

    def latest(self, count: int, now: datetime) -> Iterator[Record]:
        """The newest records, newest first."""
        number = self.last(now).number
        for each in range(number, max(number - count, 0), -1):
            yield self._read(self._store.get(self._key(each)), self._key(each))

    def _key(self, number: int) -> str:
        return keys.alerts(self.kind, number)

    def _read(self, body: bytes, key: str) -> Record:
        return read_sealed(Record, body, key, self._store.url, fix=_REMEDY)
