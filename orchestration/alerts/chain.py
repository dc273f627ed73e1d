"""The messages to the public that follow from what is known of each place: alert, update, cancel.

Pure. A place above 0 has one chain of messages: an alert, an update with every change and before
the last message expires, and a cancel. A risk that is unknown cancels nothing, and is an update.
Does not belong here: how a message is written (`publication/cap/`), and its words (`wording.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from orchestration.alerts.model import Level, Place, PlaceCode, Value

LASTS = timedelta(hours=3)
"""How long a message holds. Flash flood warnings of weather services hold up to six hours; when we
fall silent, a warning that stands for a while is the lesser fault."""
RENEWED = timedelta(hours=1)
"""A message that holds for less is followed by an update while its risk stays."""
KEPT = timedelta(days=1)
"""How long messages can still be read of which the last one has expired."""


class Warned(Value):
    """A message to the public.

    Attributes
    ----------
    chain: the identifier of the alert that it follows, or its own.
    actual: the province had authorised it; else it is a test.
    unknown: the risk is not known at present, and `level` is the last one that was.
    onset: since when the risk is above 0.
    """

    identifier: str
    chain: str
    type: Literal["alert", "update", "cancel"]
    place: PlaceCode
    name_th: str
    name_en: str
    level: Level
    reasons: tuple[str, ...] = ()
    actual: bool = False
    unknown: bool = False
    sent: AwareDatetime
    onset: AwareDatetime
    expires: AwareDatetime


def follow(
    warned: tuple[Warned, ...],
    places: Mapping[str, Place],
    now: datetime,
    *,
    name: str,
    actual: bool = False,
) -> tuple[Warned, ...]:
    """The messages that can be read from now on, oldest first.

    Parameters
    ----------
    name: of the record that will hold them; no other message has it in its identifier.
    actual: the province authorises them. What began as a test is never more: a new chain begins.
    """
    last = {each.chain: each for each in warned}
    over = {each.chain for each in last.values() if each.expires + KEPT <= now}
    kept = tuple(each for each in warned if each.chain not in over)
    newest = {each.place: each for each in kept if each.actual is actual}
    new = [
        _message(before, f"{name}-{code}-{now:%Y%m%dT%H%M%SZ}", code, place, now, actual)
        for code, place in sorted(places.items())
        for before in [_open(newest.get(code))]
        if _is_due(before, place, now)
    ]
    return (*kept, *new)


def before(message: Warned, warned: tuple[Warned, ...]) -> Iterator[Warned]:
    """The messages that one follows, oldest first."""
    for each in warned:
        if each.identifier == message.identifier:
            return
        if each.chain == message.chain:
            yield each


def _open(newest: Warned | None) -> Warned | None:
    return newest if newest and newest.type != "cancel" else None


def _is_due(before: Warned | None, place: Place, now: datetime) -> bool:
    if before is None:
        return place.level > 0
    said = (before.level, before.unknown)
    return said != (place.level, place.unknown_told) or before.expires - now < RENEWED


def _message(
    before: Warned | None, identifier: str, code: str, place: Place, now: datetime, actual: bool
) -> Warned:
    follows: Literal["update", "cancel"] = "update" if place.level else "cancel"
    onset = place.since or (before.onset if before else now)
    return Warned(
        identifier=identifier,
        chain=before.chain if before else identifier,
        type=follows if before else "alert",
        place=code,
        name_th=place.name_th,
        name_en=place.name_en,
        level=place.level,
        reasons=place.reasons,
        actual=actual,
        unknown=place.unknown_told,
        sent=now,
        onset=min(onset, now),
        expires=now + LASTS,
    )
