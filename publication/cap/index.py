"""The index of messages as an Atom feed: what holds now, the newest first.

A reader finds the newest message of each chain here; those that it takes the place of stay under
their addresses and are listed no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from publication.cap.message import Message, as_bytes, instant

_NAMESPACE = "http://www.w3.org/2005/Atom"
_BEGAN = "2026"
"""The year that names our domain in tag URIs (RFC 4151)."""


@dataclass(frozen=True)
class Index:
    """What is said of the feed as a whole.

    Attributes
    ----------
    name: of the feed, in its tag. updated: when something was looked at last.
    notice: what readers must know of all messages; empty when there is nothing.
    """

    name: str
    sender: str
    title: str
    author: str
    updated: datetime
    notice: str = ""


def write_index(index: Index, messages: Sequence[Message]) -> bytes:
    """The feed of these messages, which lie beside it under their identifiers."""
    feed = ET.Element("feed", xmlns=_NAMESPACE)
    _text(feed, "id", f"tag:{index.sender},{_BEGAN}:{index.name}")
    _text(feed, "title", index.title)
    if index.notice:
        _text(feed, "subtitle", index.notice)
    _text(feed, "updated", instant(index.updated))
    _text(ET.SubElement(feed, "author"), "name", index.author)
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href="index.atom")
    newest_first = sorted(messages, key=lambda each: (each.sent, each.identifier), reverse=True)
    for message in newest_first:
        _entry(ET.SubElement(feed, "entry"), index, message)
    return as_bytes(feed)


def file_name(identifier: str) -> str:
    """The name of the file of a message, beside the index."""
    return f"{identifier}.xml"


def _entry(entry: ET.Element, index: Index, message: Message) -> None:
    said = message.texts
    _text(entry, "id", f"tag:{index.sender},{_BEGAN}:{index.name}/{message.identifier}")
    _text(entry, "title", " / ".join(text.headline for text in said))
    _text(entry, "updated", instant(message.sent))
    ET.SubElement(
        entry,
        "link",
        rel="alternate",
        type="application/cap+xml",
        href=file_name(message.identifier),
    )
    _text(entry, "summary", "\n".join(text.description for text in said))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
