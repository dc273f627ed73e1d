"""Putting the words of a kind and the facts of an event together: what a person reads.

Belongs here: the four parts of a message (what happened where, why, the next step, where to look),
its marks, and times as people write them. Does not belong here: the words (`words/`, `wording.py`),
and how a channel carries a message (`channels/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingestion.clock import BANGKOK
from ingestion.contracts.words import Bilingual
from ingestion.deliveries.simulated import NOTICE
from ingestion.words.months import ENGLISH, THAI
from orchestration.alerts.model import Concerned, Event
from orchestration.alerts.wording import Wording

Language = Literal["th", "en"]


@dataclass(frozen=True)
class Marks:
    """What every message of a home says of itself.

    Attributes
    ----------
    link: the page to look at; empty where none is set. test: nothing happened.
    simulated: the home's data are the simulated city's.
    """

    link: str = ""
    test: bool = False
    simulated: bool = False


@dataclass(frozen=True)
class Message:
    """What a person reads."""

    subject: str
    text: str
    language: Language


def compose(event: Event, wording: Wording, language: Language, marks: Marks) -> Message:
    """The message about an event in one language."""
    words, frame = wording.events[event.what], wording.frame
    facts = _facts(event, wording, language)

    def filled(text: Bilingual, **more: str) -> str:
        return said(text, language).format(**facts, **more)

    subject = filled(words.subject)
    parts = [filled(part) for part in (words.what, words.why, words.next_step)]
    if marks.link:
        parts.append(said(frame.link, language).format(link=marks.link))
    if marks.simulated:
        subject = said(frame.simulated_subject, language).format(subject=subject)
        parts.insert(0, said(NOTICE, language))
    if marks.test:
        subject = said(frame.test_subject, language).format(subject=subject)
        parts.insert(0, said(frame.test_text, language))
    return Message(" ".join(subject.split()), "\n".join(parts), language)


def said(words: Bilingual, language: Language) -> str:
    """A text in one of its languages."""
    return words.th if language == "th" else words.en


def reasons(codes: tuple[str, ...], wording: Wording, language: Language) -> str:
    """Why, in words; a code without words is named: nobody is to read that there is no reason."""
    frame = wording.frame
    if not codes:
        return said(frame.no_reason, language)
    known = wording.reasons
    return ("; " if language == "en" else ", ").join(
        said(known[code], language)
        if code in known
        else said(frame.unworded_reason, language).format(code=code)
        for code in codes
    )


def instant(at: datetime, language: Language) -> str:
    """A time of Bangkok as people write it: Buddhist year and a full stop in Thai."""
    local = at.astimezone(BANGKOK)
    if language == "en":
        return f"{local.day} {ENGLISH[local.month - 1]} {local.year}, {local:%H:%M}"
    return f"{local.day} {THAI[local.month - 1]} {local.year + 543} เวลา {local:%H.%M} น."


def name_of(place: Concerned, language: Language) -> str:
    """The name of a place."""
    return place.name_th if language == "th" else place.name_en


def _facts(event: Event, wording: Wording, language: Language) -> dict[str, str]:
    first, frame = event.places[0], wording.frame
    levels = {number: said(words.name, language) for number, words in wording.levels.items()}
    each = frame.now_known if event.what == "known" else frame.last_known
    places = [
        said(each, language).format(place=name_of(place, language), level=levels[place.level])
        for place in event.places
    ]
    short = name_of(first, language)
    if more := len(places) - 1:
        short = said(frame.and_more, language).format(place=short, count=more)
    return {
        "place": name_of(first, language),
        "level": levels[first.level],
        "before": levels[event.before],
        "reasons": reasons(event.reasons, wording, language),
        "advice": said(wording.levels[first.level].duty, language),
        "observed": instant(event.observed_at or event.at, language),
        "since": instant(event.since or event.at, language),
        "places": ", ".join(places),
        "short": short,
    }
