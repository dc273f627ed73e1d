"""A message is CAP 1.2 by the schema of OASIS, and by what its prose asks beyond the schema."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.errors import PermanentError
from ingestion.places import spellings
from publication.cap import Area, Grade, Message, Reference, Text, area_of, write_message
from tests.publication.cap.schema import problems, text, texts

SENT = datetime(2026, 9, 12, 5, 1, 30, 999, tzinfo=UTC)
THAI = Text("th-TH", "น้ำท่วม", "ผู้ส่ง", "น้ำท่วม ตำบลรัษฎา", "ฝน > 40 มม. & ระดับน้ำ", "ไปที่สูง", "ตำบลรัษฎา")
ENGLISH = Text(
    "en-US", "Flood", "Sender", "Flood, Ratsada", "rain > 40 mm & level", "Go up", "Ratsada"
)
MESSAGE = Message(
    identifier="flood-1-830104-20260912T050130Z",
    sender="city.example",
    kind="alert",
    actual=False,
    sent=SENT,
    onset=SENT - timedelta(minutes=10),
    expires=SENT + timedelta(hours=3),
    references=(),
    grade=Grade.of(2),
    level=2,
    area=area_of("830104"),
    texts=(THAI, ENGLISH),
    note="A test",
    web="https://flood.example/ratsada?a=1&b=2",
)


def test_the_schema_would_notice() -> None:
    assert problems(write_message(MESSAGE)) == []
    assert problems(write_message(replace(MESSAGE, identifier="")))
    assert problems(write_message(replace(MESSAGE, grade=replace(Grade.of(2), urgency="Soon"))))


@pytest.mark.parametrize("kind", ["alert", "update", "cancel"])
@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("unknown", [False, True])
def test_every_kind_at_every_level_is_valid(kind: str, level: int, unknown: bool) -> None:
    grade = Grade.of(level, unknown=unknown, over=kind == "cancel")

    body = write_message(replace(MESSAGE, kind=kind, grade=grade, level=level))

    assert problems(body) == []
    assert text(body, "msgType") == kind.capitalize()


def test_a_message_without_link_and_note_has_no_empty_element() -> None:
    body = write_message(replace(MESSAGE, web="", note=""))

    assert problems(body) == []
    assert b"<web" not in body
    assert b"<note" not in body


def test_it_is_a_test_until_it_is_authorised() -> None:
    assert text(write_message(MESSAGE), "status") == "Test"
    assert text(write_message(replace(MESSAGE, actual=True)), "status") == "Actual"


def test_both_languages_say_the_same_of_the_same() -> None:
    body = write_message(MESSAGE)

    assert texts(body, "info/language") == ["th-TH", "en-US"]
    assert texts(body, "info/event") == ["น้ำท่วม", "Flood"]
    assert texts(body, "info/description") == [THAI.description, ENGLISH.description]
    for name in ("category", "urgency", "severity", "certainty", "expires", "onset", "web"):
        first, second = texts(body, f"info/{name}")
        assert first == second
    assert texts(body, "info/category") == ["Met", "Met"]
    assert texts(body, "info/area/areaDesc") == ["ตำบลรัษฎา", "Ratsada"]
    assert texts(body, "info/area/geocode/value") == ["830104", "830104"]


def test_times_are_whole_seconds_with_an_offset_that_is_not_z() -> None:
    body = write_message(MESSAGE)

    assert text(body, "sent") == "2026-09-12T12:01:30+07:00"
    assert texts(body, "info/onset")[0] == "2026-09-12T11:51:30+07:00"
    assert texts(body, "info/expires")[0] == "2026-09-12T15:01:30+07:00"


def test_what_is_taken_the_place_of_is_named_with_sender_and_time() -> None:
    earlier = (Reference("a", SENT - timedelta(hours=2)), Reference("b", SENT - timedelta(hours=1)))

    body = write_message(replace(MESSAGE, kind="update", references=earlier))

    assert text(body, "references") == (
        "city.example,a,2026-09-12T10:01:30+07:00 city.example,b,2026-09-12T11:01:30+07:00"
    )
    assert problems(body) == []


def test_the_same_message_is_the_same_bytes() -> None:
    assert write_message(MESSAGE) == write_message(replace(MESSAGE))
    assert write_message(MESSAGE).startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<alert xml")


def test_a_higher_level_is_never_told_as_less_and_none_as_observed() -> None:
    severities = ["Minor", "Moderate", "Severe"]
    urgencies = ["Future", "Expected", "Immediate"]

    grades = [Grade.of(level) for level in (1, 2, 3)]

    assert [grade.severity for grade in grades] == severities
    assert [grade.urgency for grade in grades] == urgencies
    assert [grade.certainty for grade in grades] == ["Possible", "Likely", "Likely"]


def test_what_is_not_known_keeps_its_severity() -> None:
    unknown = Grade.of(3, unknown=True)

    assert (unknown.severity, unknown.urgency, unknown.certainty) == (
        "Severe",
        "Unknown",
        "Unknown",
    )
    assert Grade.of(0, over=True).response == "AllClear"


@pytest.mark.parametrize("code", sorted({*spellings("tambon").values(), "83", "8302"}))
def test_every_place_has_closed_rings_that_lie_in_phuket(code: str) -> None:
    area = area_of(code)

    assert area.code == code
    assert area.polygons
    for polygon in area.polygons:
        assert re.fullmatch(r"\d+\.\d{6},\d+\.\d{6}( \d+\.\d{6},\d+\.\d{6}){3,}", polygon)
        corners = [tuple(map(float, pair.split(","))) for pair in polygon.split()]
        assert corners[0] == corners[-1]
        assert all(a != b for a, b in itertools.pairwise(corners))
        assert all(
            7.7 < latitude < 8.3 and 98.2 < longitude < 98.5 for latitude, longitude in corners
        )


def test_several_rings_are_several_polygons() -> None:
    body = write_message(replace(MESSAGE, area=area_of("83")))

    assert len(texts(body, "info/area/polygon")) == 2 * len(area_of("83").polygons) == 6
    assert problems(body) == []


def test_a_place_without_outline_is_refused() -> None:
    with pytest.raises(PermanentError, match="no outline of place 840101"):
        area_of("840101")
    assert problems(write_message(replace(MESSAGE, area=Area("840101", ())))) == []
