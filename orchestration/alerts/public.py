"""What the public reads of a record: every message as CAP, and the index, by name.

Pure: the same record, words and settings give the same bytes. Does not belong here: which messages
follow from what is known (`chain.py`), how they are written (`publication/cap/`), and putting them
where readers find them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingestion.contracts.words import Bilingual
from ingestion.deliveries.simulated import NOTICE
from ingestion.settings import Settings
from orchestration.alerts.chain import Warned, before
from orchestration.alerts.messages import Language, instant, reasons, said
from orchestration.alerts.records import Record
from orchestration.alerts.wording import PublicWords, Wording
from publication.cap import (
    Grade,
    Index,
    Message,
    Reference,
    Text,
    area_of,
    file_name,
    write_index,
    write_message,
)

_NOBODY = "phuket.example"
"""Who warns while nobody was named: a name that no server can have."""
_LANGUAGES: Mapping[Language, str] = {"th": "th-TH", "en": "en-US"}


def cap_files(
    record: Record, wording: Wording, settings: Settings, *, simulated: bool
) -> dict[str, bytes]:
    """The files of `<kind>.cap/`: a message each, and `index.atom`.

    Parameters
    ----------
    simulated: the data are the simulated city's, and every message says so.
    """
    sender = settings.alert_sender or _NOBODY
    home = _Home(wording, sender, settings.alert_link, simulated)
    messages = {
        each.identifier: _message(each, tuple(before(each, record.warnings)), home)
        for each in record.warnings
    }
    newest = {each.chain: each for each in record.warnings}
    current = [each for each in newest.values() if each.expires > record.at]
    name = f"{record.kind}.cap"
    actual = settings.alert_authorised and all(each.actual for each in current)
    index = Index(
        name=name,
        sender=sender,
        title=_both(wording.public.index),
        author=_both(wording.public.sender),
        updated=record.at,
        notice=_notice(wording, test=not actual, simulated=simulated),
    )
    files = {file_name(each): write_message(message) for each, message in messages.items()}
    files["index.atom"] = write_index(index, [messages[each.identifier] for each in current])
    return {f"{name}/{each}": body for each, body in sorted(files.items())}


@dataclass(frozen=True)
class _Home:
    """What is the same for all messages of a home."""

    wording: Wording
    sender: str
    web: str
    simulated: bool


def _message(each: Warned, earlier: tuple[Warned, ...], home: _Home) -> Message:
    return Message(
        identifier=each.identifier,
        sender=home.sender,
        kind=each.type,
        actual=each.actual,
        sent=each.sent,
        onset=each.onset,
        expires=each.expires,
        references=tuple(Reference(one.identifier, one.sent) for one in earlier),
        grade=Grade.of(each.level, unknown=each.unknown, over=each.type == "cancel"),
        level=each.level,
        area=area_of(each.place),
        texts=tuple(_text(each, language, home) for language in _LANGUAGES),
        note=_notice(home.wording, test=not each.actual, simulated=home.simulated),
        web=home.web,
    )


def _text(each: Warned, language: Language, home: _Home) -> Text:
    wording = home.wording
    public, level = wording.public, wording.levels[each.level]
    words = _words(each, wording)
    facts = {
        "place": each.name_th if language == "th" else each.name_en,
        "level": said(level.name, language),
        "advice": said(level.citizens, language),
        "reasons": reasons(each.reasons, wording, language),
        "since": instant(each.onset, language),
    }

    def filled(text: Bilingual) -> str:
        return said(text, language).format(**facts)

    headline, description = filled(words.headline), filled(words.description)
    if home.simulated:
        frame = said(wording.frame.simulated_subject, language)
        headline, description = (
            frame.format(subject=headline),
            f"{said(NOTICE, language)} {description}",
        )
    return Text(
        language=_LANGUAGES[language],
        event=said(public.event, language),
        sender=said(public.sender, language),
        headline=headline,
        description=description,
        instruction=filled(words.instruction),
        area=filled(public.area),
    )


def _words(each: Warned, wording: Wording) -> PublicWords:
    if each.type == "cancel":
        return wording.public.over
    return wording.public.unknown if each.unknown else wording.public.warned


def _notice(wording: Wording, *, test: bool, simulated: bool) -> str:
    parts = [NOTICE] * simulated + [wording.public.test_note] * test
    return " / ".join(_both(part) for part in parts)


def _both(text: Bilingual) -> str:
    return f"{text.th} / {text.en}"
