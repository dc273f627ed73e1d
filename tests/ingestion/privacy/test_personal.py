"""What is personal and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.privacy.personal import kind_of_personal, redact

MAC = "hardware (MAC) address"
NATIONAL = "national identification number"
PHONE = "telephone number"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("00:1a:2b:3c:4d:5e", MAC),
        ("00-1A-2B-3C-4D-5E", MAC),
        ("001a.2b3c.4d5e", MAC),
        ("client 001a2b3c4d5e seen", MAC),
        ("00\u200b:1a:2b:3c:4d:5e", MAC),
        ("1101700230708", NATIONAL),
        ("บัตร ๑๑๐๑๗๐๐๒๓๐๗๐๘", NATIONAL),
        ("1 1017 00230 70 8", NATIONAL),
        ("0812345678", PHONE),
        ("081-234-5678", PHONE),
        ("+66 81 234 5678", PHONE),
        ("076-123456", PHONE),
        ("ติดต่อ somsri.k+data@example.co.th", "e-mail address"),
        ("กข 1234", "vehicle plate"),
        ("3ฒฆ 17 ภูเก็ต", "vehicle plate"),
    ],
)
def test_personal_data_are_recognised(text, kind):
    assert kind_of_personal(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "1101700230709",  # wrong check digit
        "17474051",
        "830101",
        "2026-08-12T07:00:00+07:00",
        "2026-08-12 08:15:30",
        "RG-001",
        "ตลาดใหญ่",
        "Mueang Phuket",
        "ถนนเทพกระษัตรี 402",
        "98.3923",
        "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
        "123456789012",
        "https://data.phuket.example/rain_daily",
    ],
)
def test_ordinary_values_are_not_taken_for_personal_data(text):
    assert kind_of_personal(text) is None


PIECES = ["0812345678", "+66812345678", "1101700230708", "02:8f:21:a0:44:9e", "a.b@c.th", "กข 1234"]
BETWEEN = ["", '"', ", ", "-", ".", " ", "7", "f", "๗"]


@given(
    pieces=st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BETWEEN)), max_size=4),
    before=st.sampled_from(BETWEEN),
)
@example(pieces=[("0812345678", ""), ("+66812345678", "")], before="")
def test_nothing_personal_is_left_of_a_redacted_text(pieces, before):
    text = before + "".join(piece + between for piece, between in pieces)

    assert kind_of_personal(redact(text)) is None


def test_what_stands_around_is_left():
    record = '{"client": "02:8f:21:a0:44:9e", "zone": "ป่าตอง"}'

    assert redact(record) == '{"client": "hidden (personal)", "zone": "ป่าตอง"}'
