"""One message of CAP 1.2 as bytes.

Belongs here: the elements in the order of the schema, times with their offset, and how grave a
level of risk is in CAP's words. Does not belong here: what a message says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from ingestion.clock import BANGKOK
from publication.cap.area import CODES, Area

_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_KINDS = {"alert": "Alert", "update": "Update", "cancel": "Cancel"}


@dataclass(frozen=True)
class Grade:
    """How grave it is, in CAP's words.

    Attributes
    ----------
    response: what people are to do; urgency: how soon; severity: against what threat;
    certainty: how sure it is.
    """

    response: str
    urgency: str
    severity: str
    certainty: str

    @classmethod
    def of(cls, level: int, *, unknown: bool = False, over: bool = False) -> Grade:
        """The grade of a level of risk from 1 to 3.

        `Likely` is more than half: the nowcast aims at fewer than half false alarms from level 2
        on. `Extreme` is kept for what a nowcast cannot tell. A risk that is not known keeps the
        severity of its last level, so that no reader takes it for less.
        """
        if over:
            return cls("AllClear", "Past", "Minor", "Unlikely")
        known = _GRADES[level]
        return cls(known.response, "Unknown", known.severity, "Unknown") if unknown else known


_GRADES: Mapping[int, Grade] = {
    1: Grade("Monitor", "Future", "Minor", "Possible"),
    2: Grade("Prepare", "Expected", "Moderate", "Likely"),
    3: Grade("Avoid", "Immediate", "Severe", "Likely"),
}


@dataclass(frozen=True)
class Text:
    """What is said in one language, such as `th-TH`."""

    language: str
    event: str
    sender: str
    headline: str
    description: str
    instruction: str
    area: str


@dataclass(frozen=True)
class Reference:
    """An earlier message that this one takes the place of."""

    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Message:
    """A message to the public.

    Attributes
    ----------
    kind: alert, update or cancel. actual: the province authorises it; else it is a test.
    note: what is said of a test. level: of the risk, for programs.
    """

    identifier: str
    sender: str
    kind: str
    actual: bool
    sent: datetime
    onset: datetime
    expires: datetime
    references: tuple[Reference, ...]
    grade: Grade
    level: int
    area: Area
    texts: tuple[Text, ...]
    note: str = ""
    web: str = ""


def write_message(message: Message) -> bytes:
    """The message as XML."""
    alert = ET.Element("alert", xmlns=_NAMESPACE)
    references = " ".join(
        f"{message.sender},{each.identifier},{instant(each.sent)}" for each in message.references
    )
    _add(
        alert,
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("sent", instant(message.sent)),
        ("status", "Actual" if message.actual else "Test"),
        ("msgType", _KINDS[message.kind]),
        ("scope", "Public"),
        ("note", message.note),
        ("references", references),
    )
    for text in message.texts:
        _info(ET.SubElement(alert, "info"), message, text)
    return as_bytes(alert)


def instant(at: datetime) -> str:
    """A time as the schema has it: whole seconds and an offset, which is never Z."""
    return at.astimezone(BANGKOK).isoformat(timespec="seconds")


def as_bytes(root: ET.Element) -> bytes:
    """XML that people can read, the same for the same facts."""
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _info(info: ET.Element, message: Message, text: Text) -> None:
    grade = message.grade
    _add(
        info,
        ("language", text.language),
        ("category", "Met"),
        ("event", text.event),
        ("responseType", grade.response),
        ("urgency", grade.urgency),
        ("severity", grade.severity),
        ("certainty", grade.certainty),
        ("effective", instant(message.sent)),
        ("onset", instant(message.onset)),
        ("expires", instant(message.expires)),
        ("senderName", text.sender),
        ("headline", text.headline),
        ("description", text.description),
        ("instruction", text.instruction),
        ("web", message.web),
    )
    parameter = ET.SubElement(info, "parameter")
    _add(parameter, ("valueName", "risk-level"), ("value", str(message.level)))
    area = ET.SubElement(info, "area")
    _add(area, ("areaDesc", text.area), *(("polygon", each) for each in message.area.polygons))
    geocode = ET.SubElement(area, "geocode")
    _add(geocode, ("valueName", CODES), ("value", message.area.code))


def _add(parent: ET.Element, *parts: tuple[str, str]) -> None:
    """Elements with a text, in order; one without a text is left out."""
    for name, text in parts:
        if text:
            ET.SubElement(parent, name).text = text
