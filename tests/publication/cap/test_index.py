"""The index is an Atom feed by RFC 4287: what every feed and every entry must have, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

from publication.cap import Index, write_index
from tests.publication.cap.schema import ATOM, text, texts
from tests.publication.cap.test_message import MESSAGE, SENT

INDEX = Index("flood.cap", "city.example", "Flood warnings", "The city", SENT, "A test")
LATER = replace(MESSAGE, identifier="later", sent=SENT + timedelta(hours=1))


def test_a_feed_names_itself_its_author_and_when_it_was_looked_at() -> None:
    body = write_index(INDEX, [])

    assert text(body, "id", ATOM) == "tag:city.example,2026:flood.cap"
    assert text(body, "title", ATOM) == "Flood warnings"
    assert text(body, "author/name", ATOM) == "The city"
    assert text(body, "updated", ATOM) == "2026-09-12T12:01:30+07:00"
    assert text(body, "subtitle", ATOM) == "A test"
    assert texts(body, "entry", ATOM) == []


def test_every_message_is_an_entry_that_leads_to_its_file_the_newest_first() -> None:
    body = write_index(INDEX, [MESSAGE, LATER])

    assert texts(body, "entry/id", ATOM) == [
        "tag:city.example,2026:flood.cap/later",
        "tag:city.example,2026:flood.cap/flood-1-830104-20260912T050130Z",
    ]
    assert texts(body, "entry/title", ATOM) == ["น้ำท่วม ตำบลรัษฎา / Flood, Ratsada"] * 2
    assert texts(body, "entry/updated", ATOM) == [
        "2026-09-12T13:01:30+07:00",
        "2026-09-12T12:01:30+07:00",
    ]
    links = [each.attrib for each in ET.fromstring(body).iterfind(f"{ATOM}entry/{ATOM}link")]
    assert [link["href"] for link in links] == ["later.xml", f"{MESSAGE.identifier}.xml"]
    assert {link["type"] for link in links} == {"application/cap+xml"}


def test_the_order_of_what_it_is_given_changes_no_byte() -> None:
    assert write_index(INDEX, [MESSAGE, LATER]) == write_index(INDEX, [LATER, MESSAGE])


def test_a_feed_without_a_notice_has_no_empty_one() -> None:
    assert texts(write_index(replace(INDEX, notice=""), []), "subtitle", ATOM) == []
