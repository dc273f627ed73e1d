"""NGSI-LD brokers: the three forms, paging by count, tenant and context."""

from __future__ import annotations

import json

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import json_reply

ENTITIES = [{"id": f"urn:ngsi-ld:Gauge:{n}", "type": "Gauge", "level": n} for n in range(5)]


@pytest.fixture
def read(source, server):
    def fetch(**words):
        words = {"entity": "Gauge", "page_size": 2, **words}
        return source.one(connector="ngsi_ld", url=f"{server.url}/ngsi-ld/v1", **words)

    return fetch


def broker(server, entities, count=None):
    def answer(asked):
        start, size = int(asked.query["offset"]), int(asked.query["limit"])
        said = {"NGSILD-Results-Count": str(count)} if count is not None else {}
        return json_reply(entities[start : start + size], **said)

    server.answer = answer


def test_all_entities_of_a_type_come_by_pages(read, server):
    broker(server, ENTITIES, 5)

    fetched = read(query="level>0", attributes=["level", "dateObserved"])

    lines = [json.loads(line) for line in fetched.path.read_bytes().splitlines()]
    assert [entity for line in lines for entity in line] == ENTITIES
    assert server.asked[0].path == "/ngsi-ld/v1/entities"
    assert server.asked[0].query == {
        "type": "Gauge",
        "q": "level>0",
        "attrs": "level,dateObserved",
        "count": "true",
        "options": "keyValues",
        "limit": "2",
        "offset": "0",
    }
    assert (fetched.name, fetched.details["records"]) == ("Gauge.jsonl", "5")


def test_a_broker_that_does_not_count_is_read_until_nothing_comes(read, server):
    broker(server, ENTITIES[:4])

    assert read().details == {"pages": "3", "records": "4"}


def test_the_normalized_form_is_asked_for_without_options(read, server):
    broker(server, ENTITIES, 5)

    read(form="normalized")

    assert "options" not in server.asked[0].query


def test_the_temporal_form_asks_for_the_day(read, server):
    broker(server, ENTITIES, 5)

    fetched = read(form="temporal")

    asked = server.asked[0]
    assert asked.path == "/ngsi-ld/v1/temporal/entities"
    assert asked.query["options"] == "temporalValues"
    assert (asked.query["timerel"], asked.query["timeAt"], asked.query["endTimeAt"]) == (
        "between",
        "2026-01-07T17:00:00Z",
        "2026-01-08T17:00:00Z",
    )
    assert fetched.name == "Gauge-20260108.jsonl"


def test_the_present_state_is_asked_for_once_whatever_the_lookback(source, server):
    source.lookback = 3
    broker(server, ENTITIES, 5)

    assert len(source.bodies(connector="ngsi_ld", url=server.url, entity="Gauge")) == 1


def test_context_and_tenant_go_as_headers(read, server):
    broker(server, [], 0)

    read(context="https://models.example/context.jsonld", tenant="phuket")

    assert server.asked[0].headers["ngsild-tenant"] == "phuket"
    assert server.asked[0].headers["link"] == (
        '<https://models.example/context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; '
        'type="application/ld+json"'
    )


def test_entities_that_get_lost_between_pages_are_noticed(read, server):
    broker(server, ENTITIES[:3], 5)

    with pytest.raises(TransientError, match="promised 5 records, sent 3"):
        read()


def test_an_entity_that_comes_twice_is_noticed(read, server):
    broker(server, [*ENTITIES[:2], ENTITIES[1], ENTITIES[3]], 4)

    with pytest.raises(TransientError, match="1 of 4 records came twice"):
        read()


def test_an_entity_deleted_between_two_pages_loses_no_other(read, server):
    def answer(asked):
        start, size = int(asked.query["offset"]), int(asked.query["limit"])
        rows = ENTITIES if (start, size) == (0, 2) else ENTITIES[1:]
        said = {"NGSILD-Results-Count": str(len(rows))}
        return json_reply(rows[start : start + size], **said)

    server.answer = answer

    with pytest.raises(TransientError, match="had 5 records on page 1 and 4 on page 2"):
        read()


def test_an_entity_that_another_replaces_meanwhile_is_noticed_without_a_count(read, server):
    def answer(asked):
        start, size = int(asked.query["offset"]), int(asked.query["limit"])
        moved = [*ENTITIES[1:], {"id": "urn:new", "type": "Gauge"}]
        rows = ENTITIES if (start, size) == (0, 2) else moved
        return json_reply(rows[start : start + size])

    server.answer = answer

    with pytest.raises(TransientError, match="record 2 is another one than when its page was read"):
        read()


def test_a_part_of_a_history_is_not_taken_for_the_whole(read, server):
    server.replies(json_reply(ENTITIES, 206))

    with pytest.raises(PermanentError, match="holds back a part of the answer"):
        read(form="temporal")


def test_a_problem_of_the_broker_is_quoted(read, server):
    server.replies(json_reply({"title": "Tenant not found", "type": "…"}, 404))

    with pytest.raises(PermanentError, match="Tenant not found"):
        read()
