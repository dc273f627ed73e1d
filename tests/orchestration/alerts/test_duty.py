"""The duty list says who is told of what; a wrong one is refused, and tells nobody's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.alerts.duty import DutyList, DutyListError, read_duty_list
from tests.checkout import ROOT
from tests.orchestration.alerts.test_wording import event

USER, GROUP = "U" + "0" * 31 + "1", "C" + "0" * 31 + "2"
WHOLE = f"""
duty:
  - id: flood_room
    channel: line
    to: [{USER}, {USER[:-1]}3]
  - id: duty_group
    channel: line
    to: [{GROUP}]
    language: en
    events: [rises, solved]
  - id: kathu_town
    channel: email
    to: [duty@kathu.example, pumps@kathu.example]
    places: ["8302", "830104"]
  - id: sirens
    channel: webhook
    to: [https://sirens.example/warned]
    language: en
    kinds: [flood, storm]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "duty.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_whole_list_is_read(tmp_path: Path) -> None:
    found = read_duty_list(written(tmp_path, WHOLE))

    assert [(each.id, each.language) for each in found.duty] == [
        ("flood_room", "th"),
        ("duty_group", "en"),
        ("kathu_town", "th"),
        ("sirens", "en"),
    ]
    assert found.find("sirens") == found.duty[3]
    assert found.find("nobody") is None


def test_the_list_that_the_documentation_shows_is_a_whole_one(tmp_path: Path) -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    shown = page.split("```yaml\nduty:")[1].split("```")[0]

    found = read_duty_list(written(tmp_path, "duty:" + shown)).duty

    assert {entry.channel for entry in found} == {"line", "email", "webhook"}


def test_no_file_and_an_empty_one_tell_nobody(tmp_path: Path) -> None:
    assert read_duty_list(tmp_path / "duty.yaml") == DutyList()
    assert read_duty_list(written(tmp_path, "")) == DutyList()
    assert read_duty_list(written(tmp_path, "duty: []")) == DutyList()


def test_an_entry_is_told_what_it_asked_for(tmp_path: Path) -> None:
    room, group, kathu, sirens = read_duty_list(written(tmp_path, WHOLE)).duty
    rise, fall = event("rises"), event("falls")

    assert room.concerned("flood", rise) == rise
    assert group.concerned("flood", fall) is None
    assert kathu.concerned("flood", event("rises", "830105")) is None
    assert kathu.concerned("flood", event("rises", "830201")) is not None
    assert sirens.concerned("storm", rise) == rise
    assert room.concerned("storm", rise) is None


def test_of_many_places_an_entry_is_told_its_own(tmp_path: Path) -> None:
    kathu = read_duty_list(written(tmp_path, WHOLE)).duty[2]

    told = kathu.concerned("flood", event("unknown", "830104", "830105", "830201"))

    assert told is not None
    assert [place.code for place in told.places] == ["830104", "830201"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("duty:", "people:", "there is no 'people'; known: duty"),
        ("    language: en", "    lang: en", "entry duty_group: there is no 'lang'; did you mean"),
        ("id: sirens", "id: flood_room", "two entries have the id flood_room"),
        ("id: sirens", "id: The Sirens", "id: String should match"),
        ("  - id: sirens\n    channel", "  - channel", "entry 3 id: Field required"),
        ("channel: webhook", "channel: fax", "entry sirens channel: Input should be 'line'"),
        ("language: en", "language: de", "entry duty_group language: Input should be 'th'"),
        ("[rises, solved]", "[rises, solvd]", "entry duty_group events.1: Input should be"),
        ("[rises, solved]", "[]", "entry duty_group events: Tuple should have at least 1"),
        (f"[{GROUP}]", "[]", "entry duty_group to: Tuple should have at least 1"),
        (f"[{GROUP}]", "[c001]", "entry duty_group: LINE knows a user as U"),
        (f"[{GROUP}]", f"[{GROUP.upper()}A]", "entry duty_group: LINE knows a user as U"),
        (f"[{GROUP}]", f"[{GROUP}, {USER}]", "several users may stand under to"),
        ("[duty@kathu.example", "[kathu.example", "entry kathu_town: .*address of e-mail"),
        ("[duty@kathu.example", '["ง@kathu.example"', "no address of e-mail"),
        ("[duty@kathu.example", '["a@b.example\\nBcc: c@d.example"', "address of e-mail|plain"),
        ("[duty@kathu.example", "[pumps@kathu.example", "the same address stands twice"),
        ('"8302"', '"830299"', "no province, amphoe or tambon of Phuket has the code 830299"),
        ('"8302"', "8302x", "entry kathu_town places.0"),
        ("https://sirens.example/warned", "http://sirens.example/x", "begins with https://"),
        ("https://sirens.example/warned", "https:///x", "begins with https://"),
        ("https://sirens.example/warned", "ftp://sirens.example", "begins with https://"),
        ("https://sirens.example/warned", "https://sirens.example:x/", "is none"),
        ("warned]", "warned, https://b.example]", "a webhook has one address"),
        ("duty:\n", "duty: [\n", "is not YAML: line"),
    ],
)
def test_a_wrong_list_is_refused_and_no_address_is_told(old, new, problem, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert old in WHOLE

    with pytest.raises(DutyListError, match=problem) as refused:
        read_duty_list(written(tmp_path, WHOLE.replace(old, new, 1)))

    for address in (USER, GROUP, "duty@kathu", "pumps@kathu", "sirens.example"):
        assert address not in refused.value.message
    assert str(tmp_path / "duty.yaml") in refused.value.message


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "duty.yaml"
    path.write_bytes("duty: # ง".encode("tis-620"))

    with pytest.raises(DutyListError, match="not UTF-8"):
        read_duty_list(path)


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(DutyListError, match="cannot be read"):
        read_duty_list(tmp_path)


def test_http_is_for_this_machine_alone(tmp_path: Path) -> None:
    text = WHOLE.replace("https://sirens.example/warned", "http://127.0.0.1:8080/warned")

    assert read_duty_list(written(tmp_path, text)).duty[3].to == ("http://127.0.0.1:8080/warned",)
