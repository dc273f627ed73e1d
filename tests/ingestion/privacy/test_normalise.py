"""What is equal has one spelling; what is no identifier is kept out and not shown."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import pytest

from ingestion.sources import checked
from tests.ingestion.privacy.door import AT, Door
from tests.ingestion.privacy.personal_sources import lpr
from tests.support.judging import json_of


def test_every_spelling_of_an_address_has_one_pseudonym(door: Door) -> None:
    spellings = [
        *("AA:BB:CC:DD:EE:02", "aa:bb:cc:dd:ee:02", "AA-BB-CC-DD-EE-02", "AABBCCDDEE02"),
        *("aabb.ccdd.ee02", "AABB-CCDD-EE02", "  aAbBcCdDeE02  "),
    ]

    judged = door.devices(*spellings)

    assert len(judged.accepted) == len(spellings)
    assert len(set(judged.column("device"))) == 1


@pytest.mark.parametrize(
    ("mac", "code"),
    [
        ("AA:BB:CC:DD:EE", "identifier_format"),
        ("AA:BB:CC:DD:EE:0G", "identifier_format"),
        ("AA:BB-CC:DD:EE:02", "identifier_format"),
        ("A:ABB:CC:DD:EE:02", "identifier_format"),
        ("00:00:00:00:00:00", "identifier_format"),
        ("somchai", "identifier_format"),
        ("FF:FF:FF:FF:FF:FF", "identifier_multicast"),
        ("01:00:5E:00:00:FB", "identifier_multicast"),
        ("", "value_missing"),
    ],
)
def test_what_is_no_address_of_a_device_is_quarantined_and_not_shown(
    door: Door, mac: str, code: str
) -> None:
    judged = door.devices(mac)

    (row,) = judged.quarantined
    assert (row.code, row.column) == (code, "device")
    assert row.found == row.raw == "hidden (personal)"
    assert not mac or mac not in row.model_dump_json()


@pytest.mark.parametrize("first", "0123456789abcdef")
@pytest.mark.parametrize("second", ["02468ace", "02468ACE"])
def test_made_up_addresses_are_told_apart(door: Door, first: str, second: str) -> None:
    """By the second-lowest bit of the first byte, whatever else it holds."""
    judged = door.devices(*(f"{first}{digit}:00:00:00:00:01" for digit in second))

    assert judged.column("device_randomised") == [bool(int(digit, 16) & 2) for digit in second]


@pytest.mark.parametrize(
    "spelling",
    ["กข 1234", "กข-1234", "กข1234", "กข ๑๒๓๔", "กข.1234", " กข  1234 ", "กข\u200b1234"],
)
def test_every_spelling_of_a_plate_has_one_pseudonym(door: Door, spelling: str) -> None:
    judged = door.plates("กข1234", spelling)

    assert len(set(judged.column("plate"))) == 1


@pytest.mark.parametrize("plate", ["1กข 1", "ก 1234", "70-1234", "กขค 123", "WXY 1234", "5กท 9999"])
def test_plates_of_every_kind_are_taken(door: Door, plate: str) -> None:
    assert door.plates(plate).outcome.accepted == 1


@pytest.mark.parametrize("text", ["UNKNOWN", "ภูเก็ต", "กข", "1234", "<plate>", "กข 12345"])
def test_what_is_no_plate_is_quarantined(door: Door, text: str) -> None:
    assert door.plates(text).codes == [(1, "identifier_format")]


def test_the_province_is_part_of_the_plate_and_kept_beside_it(door: Door) -> None:
    judged = door.plates(
        "กข 1234 ภูเก็ต", "กข1234 กระบี่", "กข1234", "กข 1234 กทม.", "กข1234กรุงเทพมหานคร"
    )

    provinces = ["83", "81", None, "10", "10"]
    assert judged.column("plate_province") == provinces
    assert len(set(judged.column("plate"))) == 4
    key = next(k.key for k in door.keys(lpr()) if k.period.first == date(2026, 1, 8))
    expected = hmac.new(key, "83|กข1234".encode(), hashlib.sha256).hexdigest()[:32]
    assert judged.column("plate")[0] == expected


def test_a_province_in_a_field_of_its_own_joins_the_plate(door: Door) -> None:
    words = lpr().model_dump(exclude_defaults=True)
    words["fields"][2]["identifier"]["province"] = "region"
    text = {"th": "ก", "en": "a"}
    words["fields"] += ({"name": "region", "type": "string", "description": text},)
    contract = checked(words)
    spellings = ("จังหวัดภูเก็ต", "ภูเก็ต", "th-83", "TH-83", "Phuket")
    rows = [
        {"camera": f"CAM-{n:03d}", "seen_at": AT, "plate": "กข 1234", "region": region}
        for n, region in enumerate(spellings)
    ]

    beside = door.judge(contract, json_of(*rows)).column("plate")

    assert set(beside) == set(door.plates("กข 1234 ภูเก็ต").column("plate"))
