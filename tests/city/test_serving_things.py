"""The served SensorThings API answers as the standard says, and refuses what it does not know."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from city.channels import Answer, Request
from city.city import City
from city.serving.services import path_for, services_of
from tests.city.fakes import CITY, FIRST, LEVELS, level

ROOT = path_for(LEVELS.setting)
OF_A_DAY = "phenomenonTime ge 2026-09-06T17:00:00Z and phenomenonTime lt 2026-09-07T17:00:00Z"
IN_ORDER = "phenomenonTime,@iot.id"
Document = dict[str, object]


def said(path: str, city: City = CITY, **options: str) -> Answer:
    (service,) = (s for s in services_of(city, [LEVELS]) if s.prefix == ROOT)
    parameters = {f"${name}": value for name, value in options.items()}
    return service.answer("", Request(f"/v1.1{path}", parameters))


def found(path: str, **options: str) -> list[Document]:
    answer = said(path, **options)
    assert answer.status == 200, answer.body.decode()
    return list(json.loads(answer.body)["value"])


def results(path: str = "/Observations", **options: str) -> list[object]:
    return [each["result"] for each in found(path, top="1000", **options)]


def test_the_observations_of_a_day_come_in_the_order_that_is_asked_for():
    in_order = results(filter=OF_A_DAY, orderby=IN_ORDER)

    assert in_order == [level(stream, FIRST, hour) for hour in range(24) for stream in (1, 2)]


def test_following_the_next_links_gives_each_observation_once():
    document = json.loads(
        said("/Observations", filter=OF_A_DAY, orderby=IN_ORDER, top="20", count="true").body
    )
    pages = [document]
    while link := document.get("@iot.nextLink"):
        parts = urlsplit(link)
        assert parts.path == f"{ROOT}/v1.1/Observations"
        options = {name.removeprefix("$"): value for name, value in parse_qsl(parts.query)}
        document = json.loads(said("/Observations", **options).body)
        pages.append(document)

    assert [len(page["value"]) for page in pages] == [20, 20, 8]
    assert {page["@iot.count"] for page in pages} == {48}
    assert len({each["@iot.id"] for page in pages for each in page["value"]}) == 48


def test_a_data_array_holds_what_the_objects_hold():
    objects = found("/Observations", filter=OF_A_DAY, orderby=IN_ORDER)
    arrays = found("/Observations", filter=OF_A_DAY, orderby=IN_ORDER, resultFormat="dataArray")

    rows = {
        (array["Datastream@iot.navigationLink"], *row)
        for array in arrays
        for row in array["dataArray"]
    }
    assert all(array["dataArray@iot.count"] == len(array["dataArray"]) for array in arrays)
    assert rows == {
        (each["Datastream@iot.navigationLink"], each["@iot.id"], each["phenomenonTime"],
         each["result"], each["resultTime"])
        for each in objects
    }  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("result gt 2022", [2023]),
        ("result eq 1000 or result eq 2000", [1000, 2000]),
        ("not (result lt 2023)", [2023]),
        ("Datastream/name eq 'lower canal' and result le 2001", [2000, 2001]),
        ("startswith(Datastream/name,'upper') and result lt 1002", [1000, 1001]),
        ("substringof('low',Datastream/name) and result lt 2001", [2000]),
        ("Datastream/id eq 2 and result lt 2001", [2000]),
        ("Datastream/unitOfMeasurement/symbol eq 'ft'", []),
        ("resultTime eq null and result lt 1001", [1000]),
        ("result eq '1000'", []),
    ],
)
def test_filters_narrow_the_answer(condition, expected):
    assert results(filter=f"({condition}) and {OF_A_DAY}") == expected


def test_a_datastream_has_its_own_observations():
    own = results("/Datastreams(2)/Observations", filter=OF_A_DAY, orderby="result desc")

    assert own == [level(2, FIRST, hour) for hour in reversed(range(24))]


def test_a_datastream_links_its_thing_until_it_is_expanded():
    linked = found("/Datastreams")[0]
    expanded = found("/Datastreams", expand="Thing($select=name)")[0]

    assert "Thing" not in linked
    assert json.loads(said("/Datastreams(1)/Thing").body)["@iot.id"] == 10
    assert linked["Thing@iot.navigationLink"] == f"{ROOT}/v1.1/Datastreams(1)/Thing"
    assert expanded["Thing"] == {"name": "station of upper canal"}


def test_an_observation_shows_its_datastream_when_expanded():
    first = found("/Observations", filter=OF_A_DAY, expand="Datastream($expand=Thing)", top="1")[0]

    assert first["Datastream"]["unitOfMeasurement"]["symbol"] == "m"
    assert first["Datastream"]["Thing"]["name"] == "station of upper canal"


def test_select_leaves_the_rest_out():
    first = found("/Observations", filter=OF_A_DAY, select="result,phenomenonTime", top="1")[0]

    assert first == {"phenomenonTime": "2026-09-06T17:00:00Z", "result": 1000}


def test_an_observation_has_one_identifier_also_in_a_city_that_began_earlier():
    number = found("/Observations", filter=OF_A_DAY, top="1")[0]["@iot.id"]
    earlier = replace(CITY, first_day=FIRST - timedelta(days=2), days=5)

    again = json.loads(said(f"/Observations({number})", earlier).body)

    assert (again["@iot.id"], again["phenomenonTime"]) == (number, "2026-09-06T17:00:00Z")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"filter": "phenomenonTime during 2026-09-06T17:00:00Z/2026-09-07T17:00:00Z"}, "during"),
        ({"filter": "phenomenonTime ge"}, "the end"),
        ({"filter": "phenomenonTime ge 2026-09-31T17:00:00Z"}, "2026-09-31"),
        ({"filter": "geo.intersects(Location,'x')"}, "geo.intersects"),
        ({"filter": f"{OF_A_DAY} and height gt 3"}, "height"),
        ({"filter": "result gt 1 and"}, "the end"),
        ({"filter": "(result gt 1"}, "the end"),
        ({"filter": "result gt 1 result"}, "result"),
        ({"orderby": "result sideways"}, "result sideways"),
        ({"orderby": "height"}, "height"),
        ({"top": "many"}, "$top"),
        ({"skip": "-1"}, "$skip"),
        ({"count": "yes"}, "$count"),
        ({"resultFormat": "CSV"}, "$resultFormat"),
        ({"expand": "Sensor"}, "$expand"),
        ({"select": "height"}, "height"),
        ({"apply": "aggregate"}, "$apply"),
    ],
)
def test_what_is_not_understood_is_a_bad_request_that_names_it(options, named):
    answer = said("/Observations", **{"filter": OF_A_DAY, **options})

    assert answer.status == 400
    assert named in json.loads(answer.body)["message"]


@pytest.mark.parametrize("path", ["/Sensors", "/Datastreams(9)", "/Datastreams(9)/Observations"])
def test_what_is_not_there_is_not_found(path):
    assert said(path).status == 404


def test_on_a_day_that_the_source_is_down_it_is_down_for_that_day_only():
    down = said(
        "/Observations", filter=OF_A_DAY.replace("09-07", "09-08").replace("09-06", "09-07")
    )

    assert (down.status, down.headers["Retry-After"]) == (503, "3600")
    assert said("/Observations", filter=OF_A_DAY).status == 200
    assert said("/Datastreams").status == 200
