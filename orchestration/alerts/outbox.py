"""Who is told of what happened, and telling them: in order, each once, whoever is out of reach.

A message that was not taken waits, and those to the same entry of the duty list wait behind it, so
that nobody reads the fall before the rise; the other entries do not wait. It is tried in every
round and given up after half a day: LINE forgets its key after a day, and older news harms. Does
not belong here: what happened (`evaluating.py`), and how a channel sends (`channels/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from ingestion.secret_texts import SecretTexts
from orchestration.alerts.channels import Channel, Later, NotTaken, Parcel, Unreachable
from orchestration.alerts.duty import DutyList, OnDuty
from orchestration.alerts.messages import Message
from orchestration.alerts.model import Event
from orchestration.alerts.records import Record, Records, Sending

GIVEN_UP = timedelta(hours=12)
SHOWN = timedelta(days=1)
"""How long what was refused or given up is shown."""
_NOBODY = "nobody took it in time"


def plan(kind: str, events: Iterable[Event], duty: DutyList, now: datetime) -> tuple[Sending, ...]:
    """A message to everybody whom an event concerns, in the order of the events."""
    return tuple(
        Sending(event=concerned, to=entry.id, key=str(uuid4()), at=now)
        for event in events
        for entry in duty.duty
        if (concerned := entry.concerned(kind, event))
    )


def aged(outbox: Iterable[Sending], now: datetime) -> tuple[Sending, ...]:
    """The outbox without what was shown for long enough, and with what is too old given up."""
    return tuple(
        each.model_copy(update={"state": "given_up", "problem": each.problem or _NOBODY})
        if each.state == "waiting" and now - each.event.at >= GIVEN_UP
        else each
        for each in outbox
        if each.state == "waiting" or now - each.event.at < GIVEN_UP + SHOWN
    )


@dataclass
class Post:
    """One round of sending.

    Parameters
    ----------
    compose: the message of an event to an entry. secrets: what no record may hold.
    """

    records: Records
    duty: DutyList
    channels: Mapping[str, Channel]
    compose: Callable[[Event, OnDuty], Message]
    now: Callable[[], datetime]
    secrets: Iterable[str] = ()
    _waiting: set[str] = field(default_factory=set)
    _silent: dict[str, str] = field(default_factory=dict)

    def send(self, record: Record) -> Record:
        """Try every message that waits; returns the last record that this made."""
        waiting: dict[str, Sending] = {}
        for sending in record.outbox:
            if sending.state != "waiting" or sending.to in self._waiting:
                continue
            tried = self._tried(record.kind, sending)
            if tried.state == "waiting":
                self._waiting.add(tried.to)
                waiting[tried.key] = tried
            else:  # before the next one is tried
                record = self._recorded(record, {tried.key: tried})
        if any(each.key in waiting and waiting[each.key] != each for each in record.outbox):
            record = self._recorded(record, waiting)
        return record

    def _tried(self, kind: str, sending: Sending) -> Sending:
        entry = self.duty.find(sending.to)
        if entry is None:
            problem = "is no longer on the duty list"
            return sending.model_copy(update={"state": "given_up", "problem": problem})
        channel = self.channels[entry.channel]
        server, now = channel.server(entry.to), self.now()
        if server in self._silent:
            problem = self._hidden(self._silent[server], entry)
            return sending.model_copy(update={"problem": problem})
        step = {"tries": sending.tries + 1, "tried_at": now, "problem": ""}
        parcel = Parcel(
            entry.to, self.compose(sending.event, entry), sending.event, kind, sending.key, now
        )
        try:
            note = channel.send(parcel)
        except NotTaken as error:
            step |= {"state": "refused", "problem": self._hidden(error.message, entry)}
        except Later as error:
            if isinstance(error, Unreachable):
                self._silent[server] = error.message
            step |= {"problem": self._hidden(error.message, entry)}
        else:
            step |= {"state": "sent", "problem": self._hidden(note, entry)}
        return sending.model_copy(update=step)

    def _recorded(self, record: Record, tried: Mapping[str, Sending]) -> Record:
        """What became of some messages, recorded."""
        outbox = tuple(tried.get(each.key, each) for each in record.outbox)
        step = {
            "at": self.now(),
            "happened": (),
            "outbox": tuple(each for each in outbox if each.state != "sent"),
            "ended": tuple(each for each in tried.values() if each.state != "waiting"),
        }
        return self.records.add(record.model_copy(update=step))

    def _hidden(self, problem: str, entry: OnDuty) -> str:
        """A failure as a record may hold it: without secrets, and without addresses of people."""
        return SecretTexts([*self.secrets, *entry.to]).hide(problem)
