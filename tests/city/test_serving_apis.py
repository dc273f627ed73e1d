"""Services without a standard: keys, limits, bodies; and sources that are down on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from city.city import City
from city.serving.services import key_for, serve_city, settings_of
from tests.city.fakes import (
    BEACHES,
    CITY,
    ECHO,
    FIRST,
    LEVELS,
    PIERS,
    POINTS,
    SECOND,
    SNAPSHOT,
    THIRD,
)

SOURCES = (ECHO, SNAPSHOT, PIERS, BEACHES, LEVELS, POINTS)
KEY = {"Authorization": f"Bearer {key_for(ECHO.key)}"}
BEFORE = replace(CITY, days=2)
"""The city on the day before the one on which its snapshots are down."""
ON_SECOND = f"/echo/public/{SECOND:%Y%m%d}/load"


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with served(CITY) as client:
        yield client


@contextmanager
def served(city: City) -> Iterator[httpx.Client]:
    with (
        serve_city(city, sources=SOURCES) as running,
        httpx.Client(base_url=running.url, trust_env=False) as client,
    ):
        yield client


def test_each_setting_leads_to_its_service(client):
    settings = settings_of("http://city", SOURCES)

    assert settings == {
        "CDP_CKAN_URL": "http://city",
        "CDP_ECHO_URL": "http://city/echo",
        "CDP_ECHO_KEY": key_for("CDP_ECHO_KEY"),
        "CDP_CANAL_THINGS_URL": "http://city/canal-things/v1.1",
        "CDP_BROKER_URL": "http://city/broker/ngsi-ld/v1",
    }
    assert client.get("/canal-things/v1.1/Datastreams").status_code == 200
    assert client.get("/broker/ngsi-ld/v1/types").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_without_the_right_key_there_is_no_answer(client, headers):
    assert client.get(ON_SECOND, headers=headers).status_code == 401
    assert client.get(ON_SECOND, headers=KEY).status_code == 200


def test_every_fourth_request_is_too_many(client):
    answers = [client.get(ON_SECOND, headers=KEY) for _ in range(8)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429] * 2
    assert answers[3].headers["Retry-After"] == "1"


@pytest.mark.parametrize("way", ["json", "data"])
def test_parameters_may_be_posted_as_json_or_as_a_form(way):
    with served(BEFORE) as client:
        answer = client.post("/echo/now?a=1", **{way: {"b": "ข้อมูล", "c": ""}})

    assert answer.json() == {"a": "1", "b": "ข้อมูล", "c": ""}


def test_a_body_that_is_no_text_is_a_bad_request(client):
    assert client.post("/echo/now", data=b"\xff").status_code == 400


def test_a_source_that_was_down_on_a_day_is_down_when_asked_about_that_day(client):
    spellings = (f"{FIRST:%Y%m%d}", f"{FIRST}", f"{FIRST.year + 543}{FIRST:%m%d}")

    for day in spellings:
        assert client.get(f"/echo/public/{day}/load", headers=KEY).status_code == 503
    assert client.get(ON_SECOND, headers=KEY).status_code == 200


def test_a_table_is_down_on_the_citys_last_day_and_its_neighbour_is_not(client):
    down = client.get("/api/3/action/package_show?id=dataset_beaches")

    assert (down.status_code, down.headers["Retry-After"]) == (503, "3600")
    assert client.get("/api/3/action/package_show?id=dataset_piers").status_code == 200
    with served(BEFORE) as earlier:
        assert earlier.get("/api/3/action/package_show?id=dataset_beaches").status_code == 200


def test_a_page_in_place_of_an_answer_comes_with_status_200():
    def with_page(city: City):
        return [replace(defect, kind="html_page") for defect in SNAPSHOT.defects(city)]

    with serve_city(CITY, sources=[replace(SNAPSHOT, defects=with_page)]) as city:
        answer = httpx.get(f"{city.url}/echo/now", trust_env=False)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert "Access Denied" in answer.text
    assert with_page(CITY)[0].where.first == str(THIRD)


def test_sql_searches_are_refused_by_the_catalogues_firewall_with_status_200(client):
    answer = client.get("/api/3/action/datastore_search_sql?sql=select+1")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
