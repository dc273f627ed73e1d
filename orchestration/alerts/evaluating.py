"""What happened to the risk of each place since the last round: rows, now, last state to events.

Pure: it asks no clock and no store. A change of level is an event, whichever way and however small:
there is no source for holding one back, and who is not told of a fall cannot tell it from silence.
No row, an old row and a row without a risk are the same: nothing is known, the level stays, and
only after a while is that told, once, of all places together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.errors import PermanentError
from orchestration.alerts.model import Concerned, Event, Place, Risk, What

AHEAD = timedelta(hours=1)
"""Clocks of senders differ by so much; a row from later than that is not believed."""
_TOGETHER: tuple[What, ...] = ("unknown", "known")
"""Usually all places lose their risk at once: that is one message, not seventeen."""


@dataclass(frozen=True)
class Evaluated:
    """What happened, in order, and what is known now."""

    events: tuple[Event, ...]
    places: Mapping[str, Place]


def evaluate(
    rows: Sequence[Risk], now: datetime, places: Mapping[str, Place], unknown_after: timedelta
) -> Evaluated:
    """Look at every place that was ever seen.

    Parameters
    ----------
    rows: of one nowcast; several of a place are taken in the order of their observation, those that
        are older than what is known already not at all.
    places: what was known in the last round, by code. unknown_after: how long nothing may be known
        before that is told.

    Raises
    ------
    PermanentError: two rows of a place are of one instant, and say different things.
    """
    by_place = _by_place(rows, now)
    judged = {
        code: _judged(code, by_place.get(code, []), now, places.get(code), unknown_after)
        for code in sorted({*places, *by_place})
    }
    changes = [event for one in judged.values() for event in one.events]
    changes.sort(key=lambda event: (event.observed_at or now, event.places[0].code))
    together = [event for what in _TOGETHER if (event := _together(what, judged, now))]
    return Evaluated((*changes, *together), {code: one.place for code, one in judged.items()})


@dataclass(frozen=True)
class _Judged:
    """What one place gave: its own events, and whether it is among those told of together."""

    place: Place
    events: tuple[Event, ...]
    together: What | None = None
    unknown_since: datetime | None = None


def _by_place(rows: Sequence[Risk], now: datetime) -> dict[str, list[Risk]]:
    """The rows of each place, oldest first; those without a time are about now."""
    found: dict[str, dict[datetime, Risk]] = {}
    for row in rows:
        at = row.observed_at or now
        other = found.setdefault(row.place, {}).setdefault(at, row)
        if other != row:
            raise PermanentError(
                f"two rows of place {row.place} at {at.isoformat()} say different things",
                expected="one row a place and time",
                fix="mend the nowcast that the rows are from",
            )
    return {code: [at[instant] for instant in sorted(at)] for code, at in found.items()}


def _judged(
    code: str, rows: list[Risk], now: datetime, last: Place | None, unknown_after: timedelta
) -> _Judged:
    newest = rows[-1] if rows else None
    if newest:
        names = {"name_th": newest.name_th, "name_en": newest.name_en}
        last = last.model_copy(update=names) if last else Place(**names)
    assert last is not None  # a place without rows was seen before
    rows = _news(rows, last, now)
    believed = [number for number, row in enumerate(rows, 1) if _holds(row, now)]
    counted = rows[: believed[-1]] if believed else []  # what passed since the last round
    place, events = last, list[Event]()
    for row in counted:
        if row.risk is not None:
            place, event = _step(code, place, row, now)
            events += [event] if event else []
    known = place.model_copy(update={"unknown_since": None, "unknown_told": False})
    if after := rows[len(counted) :]:
        if counted and (events or not last.unknown_told):
            place = known
        return _unknown(place, tuple(events), now, unknown_after, after[-1].observed_at)
    if (place.valid_until or now) <= now:
        return _unknown(place, tuple(events), now, unknown_after)
    again: What | None = "known" if last.unknown_told and not events else None
    return _Judged(known, tuple(events), again, last.unknown_since)


def _news(rows: list[Risk], last: Place, now: datetime) -> list[Risk]:
    """The rows after what is known; without any, the row of the same time, which may correct it."""
    known = last.observed_at
    believed = [row for row in rows if (row.observed_at or now) <= now + AHEAD]
    newer = [row for row in believed if not (row.observed_at and known) or row.observed_at > known]
    return newer or [row for row in believed if row.observed_at == known]


def _holds(row: Risk, now: datetime) -> bool:
    return row.risk is not None and row.valid_until is not None and row.valid_until > now


def _step(code: str, place: Place, row: Risk, now: datetime) -> tuple[Place, Event | None]:
    """One row further: the place as it was then, and what that means."""
    assert row.risk is not None
    since = (place.since or row.observed_at) if row.risk else None
    after = place.model_copy(
        update={
            "level": row.risk,
            "reasons": row.reasons,
            "observed_at": row.observed_at,
            "valid_until": row.valid_until,
            "since": since,
        }
    )
    if row.risk == place.level:
        return after, None
    fell: What = "falls" if row.risk else "solved"
    event = Event(
        what="rises" if row.risk > place.level else fell,
        places=(_concerned(code, after),),
        at=now,
        before=place.level,
        reasons=row.reasons,
        observed_at=row.observed_at,
        since=since or place.since,
    )
    return after, event


def _unknown(
    place: Place,
    events: tuple[Event, ...],
    now: datetime,
    unknown_after: timedelta,
    observed_at: datetime | None = None,
) -> _Judged:
    """Nothing is known: since the last row ended, or since now where it had not ended yet.

    Parameters
    ----------
    observed_at: of the row that has no risk; an older one does not bring it back.
    """
    ended = min(now, place.valid_until or now)
    since = place.unknown_since or ended
    tell = not place.unknown_told and now - since >= unknown_after
    kept = place.model_copy(
        update={
            "observed_at": max(filter(None, (place.observed_at, observed_at)), default=None),
            "valid_until": place.valid_until and ended,
            "unknown_since": since,
            "unknown_told": place.unknown_told or tell,
        }
    )
    return _Judged(kept, events, "unknown" if tell else None, since)


def _together(what: What, judged: Mapping[str, _Judged], now: datetime) -> Event | None:
    """One event of all places whose risk is unknown, or known again; None where there is none."""
    told = {code: one for code, one in judged.items() if one.together == what}
    if not told:
        return None
    return Event(
        what=what,
        places=tuple(_concerned(code, one.place) for code, one in told.items()),
        at=now,
        since=min(one.unknown_since or now for one in told.values()),
    )


def _concerned(code: str, place: Place) -> Concerned:
    return Concerned(code=code, name_th=place.name_th, name_en=place.name_en, level=place.level)
