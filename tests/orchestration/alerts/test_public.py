"""What the public reads of a record: valid for outside checkers, in words, always the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingestion.deliveries.simulated import NOTICE, mark_simulated
from ingestion.settings import Settings
from orchestration.alerts.public import cap_files
from orchestration.alerts.records import Record
from orchestration.alerts.wording import read_wording
from orchestration.deployment import Deployment
from tests.orchestration.alerts.office import Office
from tests.orchestration.alerts.rows import KATHU, RATSADA, WICHIT, at, row
from tests.publication.cap.schema import ATOM, problems, text, texts

INDEX = "flood.cap/index.atom"


def files(record: Record, *, simulated: bool = False, **settings: object) -> dict[str, bytes]:
    found = Settings.model_validate(settings)
    return cap_files(record, read_wording("flood"), found, simulated=simulated)


@pytest.fixture
def storm(tmp_path: Path) -> Record:
    """Ratsada rose twice, fell silent and was told so; Wichit is over; Kathu had nothing."""
    office = Office(tmp_path / "home")
    quiet = row(KATHU, 0, 0, holds=600)
    office.look(at(1), row(RATSADA, 1, 0), row(WICHIT, 2, 0), quiet)
    office.look(at(16), row(RATSADA, 3, 15, reasons=("over_bank",)), row(WICHIT, 0, 15), quiet)
    return office.look(at(100), quiet)


def of(place: str, found: dict[str, bytes]) -> list[bytes]:
    return [body for name, body in sorted(found.items()) if f"-{place}-" in name]


def test_every_message_is_valid_and_lies_under_its_identifier(storm: Record) -> None:
    found = files(storm)

    messages = {name: body for name, body in found.items() if name != INDEX}
    assert len(messages) == 5
    for name, body in messages.items():
        assert problems(body) == []
        assert name == f"flood.cap/{text(body, 'identifier')}.xml"
        assert re.fullmatch(r"[^\s,<&]+", text(body, "identifier"))


def test_updates_and_cancels_name_all_before_them(storm: Record) -> None:
    first, second, third = of(RATSADA, files(storm))

    assert [text(each, "msgType") for each in (first, second, third)] == [
        "Alert",
        "Update",
        "Update",
    ]
    named = ",".join((text(first, "sender"), text(first, "identifier"), text(first, "sent")))
    assert texts(first, "references") == []
    assert text(second, "references") == named
    assert text(third, "references").split()[0] == named
    assert len(text(third, "references").split()) == 2
    assert text(of(WICHIT, files(storm))[1], "msgType") == "Cancel"


def test_a_message_reads_as_people_speak(storm: Record) -> None:
    warned, over = of(RATSADA, files(storm))[1], of(WICHIT, files(storm))[1]

    assert texts(warned, "info/headline") == ["น้ำท่วม ตำบลรัษฎา: วิกฤต", "Flood, Ratsada: critical"]
    assert texts(warned, "info/description")[1] == (
        "The flood risk in Ratsada subdistrict is at the level critical. It began on "
        "12 September 2026, 12:00. Why: the water is over its banks."
    )
    assert "1784" in texts(warned, "info/instruction")[0]
    assert texts(over, "info/headline")[1] == "Flood risk over, Wichit"
    assert texts(over, "info/responseType") == ["AllClear", "AllClear"]


def test_what_is_not_known_says_so_and_keeps_its_severity(storm: Record) -> None:
    unknown = of(RATSADA, files(storm))[2]

    assert texts(unknown, "info/certainty") == ["Unknown", "Unknown"]
    assert texts(unknown, "info/severity") == ["Severe", "Severe"]
    assert "not known at present" in texts(unknown, "info/headline")[1]
    assert "last known level is critical" in texts(unknown, "info/description")[1]


def test_the_index_lists_the_newest_of_each_chain_and_nothing_that_has_expired(
    storm: Record,
) -> None:
    index = files(storm)[INDEX]

    assert texts(index, "entry/title", ATOM) == [
        "ขณะนี้ไม่ทราบความเสี่ยงน้ำท่วม ตำบลรัษฎา / Flood risk not known at present, Ratsada",
        "สิ้นสุดความเสี่ยงน้ำท่วม ตำบลวิชิต / Flood risk over, Wichit",
    ]
    later = storm.model_copy(update={"at": at(16 + 180)})
    assert len(texts(files(later)[INDEX], "entry", ATOM)) == 1


def test_the_same_record_is_the_same_bytes_also_after_the_lake(storm: Record) -> None:
    again = Record.model_validate_json(storm.model_dump_json(exclude_defaults=True))

    assert files(storm) == files(again)


def test_it_is_a_test_under_nobodys_name_until_the_province_authorises(storm: Record) -> None:
    found = files(storm)

    for body in of(RATSADA, found):
        assert text(body, "status") == "Test"
        assert text(body, "sender") == "phuket.example"
        assert "ข้อความทดสอบ" in text(body, "note")
    assert "A test message" in text(found[INDEX], "subtitle", ATOM)
    named = of(RATSADA, files(storm, alert_sender="flood.city.example"))[1]
    assert text(named, "references").startswith("flood.city.example,flood-00000001-830104")


def _round(home: Path, *, simulated: bool = False) -> dict[str, bytes]:
    office = Office(home)
    if simulated:
        mark_simulated(office.lake)
    settings = Settings(home=home, now=at(1), alert_authorised=True, alert_sender="city.example")
    deployment = Deployment(settings)
    from orchestration.alerts.warning import warn

    record = warn(deployment, [row(RATSADA, 2, 0)], channels=office.phones)
    return cap_files(record, read_wording("flood"), settings, simulated=simulated)


def test_authorised_it_is_actual(tmp_path: Path) -> None:
    found = _round(tmp_path)

    (body,) = of(RATSADA, found)
    assert problems(body) == []
    assert text(body, "status") == "Actual"
    assert texts(body, "note") == []
    assert texts(found[INDEX], "subtitle", ATOM) == []


def test_of_a_simulated_home_it_is_a_test_whatever_the_setting_and_says_why(tmp_path: Path) -> None:
    (body,) = of(RATSADA, _round(tmp_path, simulated=True))

    assert problems(body) == []
    assert text(body, "status") == "Test"
    assert NOTICE.en in text(body, "note")
    assert texts(body, "info/headline")[1].startswith("[SIMULATED] ")
    assert texts(body, "info/description")[0].startswith(NOTICE.th)


def test_before_the_first_round_there_is_an_empty_index() -> None:
    found = files(Record(kind="flood", number=0, at=at(0)))

    assert list(found) == [INDEX]
    assert texts(found[INDEX], "entry", ATOM) == []


def test_who_warns_must_be_named_before_it_is_authorised() -> None:
    with pytest.raises(ValueError, match="CDP_ALERT_SENDER"):
        Settings(alert_authorised=True)
    with pytest.raises(ValueError, match="alert_sender"):
        Settings(alert_sender="our city, flood room")
