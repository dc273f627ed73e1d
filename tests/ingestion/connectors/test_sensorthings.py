"""OGC SensorThings: windows of a day, opaque next links, counts that lie."""

from __future__ import annotations

import json

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import Reply, json_reply


def observation(n):
    return {
        "@iot.id": n,
        "phenomenonTime": f"2026-01-08T0{n}:00:00Z",
        "resultTime": None,
        "result": str(n),
        "Datastream@iot.navigationLink": f"Observations({n})/Datastream",
    }


ROWS = [observation(n) for n in range(5)]


@pytest.fixture
def read(source, server):
    def fetch(**words):
        return source.one(connector="sensorthings", url=f"{server.url}/FROST-Server/v1.1/", **words)

    return fetch


def pages(server, link="{root}/FROST-Server/v1.1/Observations?$skiptoken={n}", count=5):
    def answer(asked):
        n = int(asked.query.get("$skiptoken", "0"))
        document = {"@iot.count": count, "value": ROWS[n : n + 2]}
        if n + 2 < len(ROWS):
            document["@iot.nextLink"] = link.format(root=server.url, n=n + 2)
        return json_reply(document)

    server.answer = answer


def lines(fetched):
    return [json.loads(line) for line in fetched.path.read_bytes().splitlines()]


def test_a_day_is_asked_for_by_its_bangkok_bounds_in_a_full_order(read, server):
    pages(server)

    fetched = read(filter="Datastream/id eq 7", page_size=2, expand="Datastream($select=id)")

    assert [row for line in lines(fetched) for row in line["value"]] == ROWS
    assert server.asked[0].path == "/FROST-Server/v1.1/Observations"
    assert server.asked[0].query == {
        "$filter": "(Datastream/id eq 7) and phenomenonTime ge 2026-01-07T17:00:00Z "
        "and phenomenonTime lt 2026-01-08T17:00:00Z",
        "$orderby": "phenomenonTime,@iot.id",
        "$expand": "Datastream($select=id)",
        "$top": "2",
        "$count": "true",
    }
    assert fetched.name == "Observations-20260108.jsonl"
    assert fetched.details == {"pages": "3", "records": "5"}


@pytest.mark.parametrize(
    "link",
    [
        "{root}/FROST-Server/v1.1/Observations?$skiptoken={n}",
        "/FROST-Server/v1.1/Observations?$skiptoken={n}",
        "Observations?$skiptoken={n}",
        "?$skiptoken={n}&opaque=%7B%22a%22%3A1%7D",
    ],
)
def test_next_links_are_followed_as_they_are_absolute_or_relative(read, server, link):
    pages(server, link)

    fetched = read()

    assert [row["@iot.id"] for line in lines(fetched) for row in line["value"]] == [0, 1, 2, 3, 4]
    assert set(server.asked[1].query) <= {"$skiptoken", "opaque"}


def test_a_next_link_to_another_host_is_refused(read, server):
    pages(server, "http://localhost:{n}/v1.1/Observations")

    with pytest.raises(PermanentError, match=r"localhost.*outside of what the contract allows"):
        read()


def test_a_next_link_that_leads_back_is_refused(read, server):
    server.answer = lambda asked: json_reply(
        {"value": [observation(len(server.asked))], "@iot.nextLink": "?$skiptoken=same"}
    )

    with pytest.raises(PermanentError, match="leads back"):
        read()


def test_data_arrays_are_counted_by_their_rows(read, server):
    server.replies(
        json_reply(
            {
                "@iot.count": 4,
                "value": [
                    {
                        "Datastream@iot.navigationLink": "Datastreams(1)",
                        "components": ["phenomenonTime", "result"],
                        "dataArray@iot.count": 3,
                        "dataArray": [["2026-01-08T00:00:00Z", n] for n in range(4)],
                    }
                ],
            }
        )
    )

    fetched = read(form="data_array")

    assert fetched.details == {"pages": "1", "records": "4"}
    assert server.asked[0].query["$resultFormat"] == "dataArray"


@pytest.mark.parametrize(("count", "said"), [(9, "promised 9"), (4, "promised 4")])
def test_a_count_that_is_not_what_came_is_read_again_and_then_refused(read, server, count, said):
    pages(server, count=count)

    with pytest.raises(TransientError, match=f"{said} records, sent 5"):
        read()
    assert len(server.asked) == 6


def test_a_service_that_estimates_its_count_is_proved_by_identifiers_alone(read, server):
    pages(server, count=9)

    assert read(count="estimated").details == {"pages": "3", "records": "5"}


def test_a_count_that_falls_while_it_is_read_tells_of_a_row_that_moved(read, server):
    def answer(asked):
        first = "$skip" not in asked.query
        link = {"@iot.nextLink": "?$skip=2"} if first else {}
        rows = ROWS[:2] if first else ROWS[3:]
        return json_reply({"@iot.count": 5 if first else 4, "value": rows, **link})

    server.answer = answer

    with pytest.raises(TransientError, match="had 5 records on page 1 and 4 on page 2"):
        read()


@pytest.mark.parametrize("form", ["value", "data_array"])
def test_rows_that_come_twice_mean_that_others_were_missed(read, server, form):
    def body(rows):
        if form == "value":
            return {"value": rows}
        array = [[row["@iot.id"], row["result"]] for row in rows]
        return {"value": [{"components": ["id", "result"], "dataArray": array}]}

    server.answer = lambda asked: json_reply(
        body(ROWS[1:3]) if "n" in asked.query else {**body(ROWS[:2]), "@iot.nextLink": "?n=1"}
    )

    with pytest.raises(TransientError, match="1 of 4 records came twice"):
        read(form=form)


def test_every_day_of_the_lookback_has_its_window(source, server):
    source.lookback = 1
    server.answer = lambda _: json_reply({"value": []})

    files = source.bodies(connector="sensorthings", url=server.url)

    assert list(files) == ["Observations-20260107.jsonl", "Observations-20260108.jsonl"]
    assert "ge 2026-01-06T17:00:00Z" in server.asked[0].query["$filter"]


def test_entities_without_time_are_asked_for_once(source, server):
    source.lookback = 3
    server.answer = lambda _: json_reply({"value": [{"@iot.id": 1, "name": "สถานี"}]})

    files = source.bodies(
        connector="sensorthings", url=server.url, entities="Things", time="", order="@iot.id"
    )

    assert list(files) == ["Things.jsonl"]
    assert "$filter" not in server.asked[0].query


def test_an_error_document_is_quoted(read, server):
    server.replies(json_reply({"code": 400, "type": "error", "message": "No such property"}, 400))

    with pytest.raises(PermanentError, match=r"answered 400.*No such property"):
        read()


def test_a_login_page_is_told_as_such(read, server):
    server.replies(Reply(body=b"<title>Sign in</title>"))

    with pytest.raises(PermanentError, match="a page titled 'Sign in'"):
        read()
