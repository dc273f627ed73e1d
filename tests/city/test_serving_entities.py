"""The served NGSI-LD broker answers as the standard says, and refuses what it does not know."""

from __future__ import annotations

import json
import re

import pytest

from city.channels import Answer, Request
from city.serving.services import path_for, services_of
from tests.city.fakes import CITY, COUNTS, FIRST, POINTS

ROOT = path_for(POINTS.setting)
OF_A_DAY = {
    "type": "Counter", "timerel": "between",
    "timeAt": "2026-09-06T17:00:00Z", "endTimeAt": "2026-09-07T17:00:00Z",
}  # fmt: skip
Entity = dict[str, object]


def said(path: str, **parameters: str) -> Answer:
    (broker,) = (s for s in services_of(CITY, [POINTS, COUNTS]) if s.prefix == ROOT)
    return broker.answer("", Request(f"/ngsi-ld/v1{path}", parameters))


def found(path: str, **parameters: str) -> list[Entity]:
    answer = said(path, **parameters)
    assert answer.status == 200, answer.body.decode()
    return list(json.loads(answer.body))


def test_key_values_are_what_the_source_tells():
    points = found("/entities", type="AccessPoint", options="keyValues", limit="100")

    assert points == list(POINTS.present(CITY))


def test_normalized_says_of_each_attribute_what_it_is():
    point = found("/entities", type="AccessPoint", limit="1")[0]

    assert point["clientsConnected"] == {"type": "Property", "value": 0}
    assert point["refZone"] == {"type": "Relationship", "object": "urn:ngsi-ld:Zone:830202"}
    assert point["location"]["type"] == "GeoProperty"
    assert point["type"] == "AccessPoint"


def test_pages_by_offset_give_each_entity_once_and_the_count_of_all():
    answers = [
        said("/entities", type="AccessPoint", limit="20", offset=str(at), count="true")
        for at in (0, 20, 40, 60)
    ]

    pages = [json.loads(answer.body) for answer in answers]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert len({point["id"] for page in pages for point in page}) == 45
    assert {answer.headers["NGSILD-Results-Count"] for answer in answers} == {"45"}


def test_the_link_header_leads_to_the_neighbouring_pages():
    link = said("/entities", type="AccessPoint", limit="20", offset="20").headers["Link"]

    offsets = dict(
        reversed(pair) for pair in re.findall(r"offset=(\d+)[^>]*>;rel=\"(prev|next)\"", link)
    )
    assert offsets == {"prev": "0", "next": "40"}
    assert link.count(f"<{ROOT}/ngsi-ld/v1/entities?type=AccessPoint&limit=20&") == 2
    assert "Link" not in said("/entities", type="AccessPoint", limit="100").headers


def test_one_entity_is_found_by_its_identifier():
    point = json.loads(said("/entities/urn:ngsi-ld:AccessPoint:007", options="keyValues").body)

    assert point["id"] == "urn:ngsi-ld:AccessPoint:007"
    assert said("/entities/urn:ngsi-ld:AccessPoint:900").status == 404


@pytest.mark.parametrize(
    ("condition", "number"),
    [
        ("clientsConnected==3", 6),
        ("clientsConnected>4", 12),
        ("clientsConnected>4;clientsConnected<6", 6),
        ("clientsConnected==1|clientsConnected==2", 14),
        ('ssid=="PhuketFreeWiFi"', 45),
        ('ssid!="PhuketFreeWiFi"', 0),
        ("clientsConnected", 45),
        ("height>1", 0),
    ],
)
def test_a_query_narrows_the_answer(condition, number):
    assert len(found("/entities", type="AccessPoint", q=condition, limit="100")) == number


def test_only_the_attributes_that_are_asked_for_are_told():
    point = found("/entities", type="AccessPoint", attrs="ssid", options="keyValues")[0]

    assert set(point) == {"id", "type", "ssid"}


def test_a_day_of_the_past_holds_its_hours_and_no_others():
    counters = found("/temporal/entities", **OF_A_DAY, options="temporalValues")

    assert [each["people"]["type"] for each in counters] == ["Property", "Property"]
    for number, counter in enumerate(counters, start=1):
        assert counter["people"]["values"] == [
            [100 * number + hour, f"{FIRST}T{hour:02d}:00:00+07:00"] for hour in range(24)
        ]


def test_the_past_of_two_days_is_one_row_of_values():
    window = {**OF_A_DAY, "timerel": "after", "timeAt": "2026-09-07T17:00:00Z"}
    window.pop("endTimeAt")

    counters = found("/temporal/entities", **window, options="temporalValues")

    assert [len(each["people"]["values"]) for each in counters] == [48, 48]


def test_without_an_option_the_past_is_a_list_of_instances():
    counter = found("/temporal/entities", **OF_A_DAY, lastN="1")[0]

    assert counter["people"] == [
        {"type": "Property", "value": 123, "observedAt": f"{FIRST}T23:00:00+07:00"}
    ]


def test_a_time_without_values_has_no_entities():
    long_ago = {**OF_A_DAY, "timerel": "before", "timeAt": "2026-01-01T00:00:00Z"}

    assert found("/temporal/entities", **long_ago) == []


@pytest.mark.parametrize(
    ("path", "parameters", "named"),
    [
        ("/entities", {}, "type"),
        ("/entities", {"type": "AccessPoint", "limit": "many"}, "limit"),
        ("/entities", {"type": "AccessPoint", "limit": "1001"}, "limit"),
        ("/entities", {"type": "AccessPoint", "options": "concise"}, "concise"),
        ("/entities", {"type": "AccessPoint", "georel": "near"}, "georel"),
        ("/entities", {"type": "AccessPoint", "q": "a=~b"}, "a=~b"),
        ("/temporal/entities", {"type": "Counter"}, "timerel"),
        ("/temporal/entities", {**OF_A_DAY, "timerel": "during"}, "during"),
        ("/temporal/entities", {**OF_A_DAY, "timeAt": "yesterday"}, "timeAt"),
        ("/temporal/entities", {**OF_A_DAY, "timeAt": "2026-09-07T00:00:00"}, "zone"),
        ("/temporal/entities", {**OF_A_DAY, "timeproperty": "modifiedAt"}, "timeproperty"),
    ],
)
def test_what_is_not_understood_is_a_problem_that_names_it(path, parameters, named):
    answer = said(path, **parameters)

    problem = json.loads(answer.body)
    assert (answer.status, problem["title"]) == (400, "BadRequestData")
    assert named in problem["detail"]


def test_types_are_listed_and_other_paths_are_not_found():
    assert json.loads(said("/types").body)["typeList"] == ["AccessPoint", "Counter"]
    assert said("/subscriptions").status == 404
