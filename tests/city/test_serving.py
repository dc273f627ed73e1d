"""The served catalogue answers as CKAN does, and fails on demand."""

from __future__ import annotations

import socket
from dataclasses import replace
from urllib.parse import urljoin

import httpx
import pytest

from city.city import City
from city.serving.byte_ranges import requested_bytes
from city.serving.server import Served
from city.serving.services import serve_city, services_of
from city.sources import tables
from ingestion.errors import SettingsError
from tests.city.sending import table_of

DATASETS = ("dataset_10_11", "dataset_10_68", "dataset_10_02", "dataset_10_25")


def resource(client: httpx.Client, dataset: str) -> dict[str, str]:
    shown = client.get("/api/3/action/package_show", params={"id": dataset}).json()
    (only,) = shown["result"]["resources"]
    return dict(only)


def error(answer: httpx.Response) -> dict[str, object]:
    body = answer.json()
    assert body["success"] is False
    return dict(body["error"])


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_links_of_a_package_lead_to_its_file(
    client: httpx.Client, city: City, dataset: str
) -> None:
    table = next(table for table in tables(city) if table.dataset == dataset)
    linked = resource(client, dataset)

    answer = client.get(linked["url"])

    assert linked["name"] == table.resource
    assert answer.content == table.body
    assert answer.headers["content-length"] == str(linked["size"]) == str(len(table.body))


def test_a_package_is_found_by_its_identifier_too(client: httpx.Client) -> None:
    by_name = client.get("/api/3/action/package_show?id=dataset_10_11").json()["result"]

    by_id = client.get("/api/3/action/package_show", params={"id": by_name["id"]}).json()["result"]

    assert by_id == by_name


@pytest.mark.parametrize("limit", [1, 3, 5, 10, 1000])
def test_paging_returns_each_record_once(client: httpx.Client, city: City, limit: int) -> None:
    table = table_of(city, "registered_hotels")
    records: list[dict[str, object]] = []
    while True:
        page = client.get(
            "/api/3/action/datastore_search",
            params={"resource_id": table.resource_id, "limit": limit, "offset": len(records)},
        ).json()["result"]
        if not page["records"]:
            break
        records += page["records"]

    assert [record["_id"] for record in records] == list(range(1, page["total"] + 1))
    assert [tuple(record[h] for h in table.headings) for record in records] == list(table.rows)


def test_following_the_next_links_ends_behind_the_last_record(
    client: httpx.Client, served: Served, city: City
) -> None:
    table = table_of(city, "airport_passengers")
    link = f"/api/3/action/datastore_search?resource_id={table.resource_id}&limit=30"
    sizes = []
    while True:
        page = client.get(urljoin(served.url, link)).json()["result"]
        sizes.append(len(page["records"]))
        if not page["records"]:
            break
        link = page["_links"]["next"]

    assert sizes == [30, 30, 12, 0]


def test_fields_carry_the_thai_headings(client: httpx.Client) -> None:
    asked = resource(client, "dataset_10_02")["id"]

    result = client.get(f"/api/3/action/datastore_search?resource_id={asked}").json()["result"]

    assert result["fields"][0] == {"id": "_id", "type": "int"}
    assert [field["id"] for field in result["fields"][1:4]] == ["จังหวัด", "ปี", "รายการ"]
    assert result["records"][36]["จำนวน"] == "3,153,386"
    assert (result["total"], len(result["records"])) == (72, 72)


def test_parameters_may_be_posted_as_json(client: httpx.Client, city: City) -> None:
    question = {
        "resource_id": table_of(city, "registered_hotels").resource_id,
        "limit": 2,
        "offset": 4,
    }

    result = client.post("/api/3/action/datastore_search", json=question).json()["result"]

    assert [record["_id"] for record in result["records"]] == [5, 6]


@pytest.mark.parametrize(
    ("question", "status", "kind"),
    [
        ("package_show?id=dataset_99", 404, "Not Found Error"),
        ("package_show", 409, "Validation Error"),
        ("datastore_search?resource_id=none", 404, "Not Found Error"),
        ("datastore_search", 409, "Validation Error"),
        ("datastore_search?resource_id=none&limit=many", 409, "Validation Error"),
        ("datastore_search?resource_id=none&offset=-1", 409, "Validation Error"),
        ("datastore_search?resource_id=none&q=hotel", 409, "Validation Error"),
        ("datastore_search?resource_id=none&sort=_id+desc", 409, "Validation Error"),
    ],
)
def test_a_wrong_question_gets_ckans_error(
    client: httpx.Client, question: str, status: int, kind: str
) -> None:
    answer = client.get(f"/api/3/action/{question}")

    assert answer.status_code == status
    assert error(answer)["__type"] == kind
    assert answer.headers["content-type"].startswith("application/json")


def test_unknown_actions_and_bodies_that_are_no_json_are_bad_requests(client: httpx.Client) -> None:
    assert client.get("/api/3/action/package_burn").status_code == 400
    assert client.post("/api/3/action/package_show", content=b"{").status_code == 400
    assert client.post("/api/3/action/package_show", content=b"[]").status_code == 400


def test_paths_that_lead_nowhere_are_not_found(client: httpx.Client) -> None:
    assert client.get("/dataset/none/resource/none/download/none.csv").status_code == 404
    assert client.get("/../../etc/passwd").status_code == 404


def test_a_file_can_be_fetched_in_parts(client: httpx.Client, city: City) -> None:
    body = table_of(city, "airport_passengers").body
    url = resource(client, "dataset_10_02")["url"]

    first = client.get(url, headers={"Range": "bytes=0-999"})
    rest = client.get(url, headers={"Range": "bytes=1000-", "If-Range": first.headers["etag"]})

    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.headers["content-range"] == f"bytes 0-999/{len(body)}"
    assert first.content + rest.content == body


def test_a_part_of_another_revision_is_not_mixed_in(client: httpx.Client, city: City) -> None:
    url = resource(client, "dataset_10_02")["url"]

    answer = client.get(url, headers={"Range": "bytes=1000-", "If-Range": '"another"'})

    assert (answer.status_code, answer.content) == (200, table_of(city, "airport_passengers").body)


def test_a_range_behind_the_end_cannot_be_satisfied(client: httpx.Client) -> None:
    url = resource(client, "dataset_10_11")["url"]

    answer = client.get(url, headers={"Range": "bytes=9999999-"})

    assert answer.status_code == 416
    assert answer.headers["content-range"].startswith("bytes */")


def test_a_file_that_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    url = resource(client, "dataset_10_11")["url"]
    etag = client.get(url).headers["etag"]

    answer = client.get(url, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_head_tells_the_size_without_the_body(client: httpx.Client, city: City) -> None:
    answer = client.head(resource(client, "dataset_10_11")["url"])

    assert answer.headers["content-length"] == str(len(table_of(city, "registered_hotels").body))
    assert answer.content == b""


def test_a_source_can_be_down_while_the_others_answer(client: httpx.Client, served: Served) -> None:
    linked = resource(client, "dataset_10_02")

    served.take_down("dataset_10_02")

    assert client.get("/api/3/action/package_show?id=dataset_10_02").status_code == 503
    assert client.get(linked["url"]).status_code == 503
    assert (
        client.get(f"/api/3/action/datastore_search?resource_id={linked['id']}").status_code == 503
    )
    assert client.get("/api/3/action/package_show?id=dataset_10_11").status_code == 200


def test_a_source_can_be_down_for_some_requests_or_until_restored(
    client: httpx.Client, served: Served
) -> None:
    question = "/api/3/action/package_show?id=dataset_10_11"

    served.take_down(times=2)
    for_two = [client.get(question).status_code for _ in range(3)]
    served.take_down()
    until_then = [client.get(question).status_code for _ in range(2)]
    served.restore()

    assert for_two == [503, 503, 200]
    assert until_then == [503, 503]
    assert client.get(question).status_code == 200


def test_a_rate_limit_says_when_to_come_again(client: httpx.Client, served: Served) -> None:
    question = "/api/3/action/package_show?id=dataset_10_11"
    served.limit_rate(2, retry_after=7)

    answers = [client.get(question) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 200, 200, 429]
    assert answers[2].headers["retry-after"] == "7"


def test_a_revised_table_shows_in_the_answers(
    client: httpx.Client, served: Served, city: City
) -> None:
    before = resource(client, "dataset_10_02")
    old = client.get(before["url"])

    served.show(services_of(replace(city, airport_corrected=True)))
    after = resource(client, "dataset_10_02")
    new = client.get(after["url"])

    assert after["id"] == before["id"]
    assert after["last_modified"] > before["last_modified"]
    assert new.headers["etag"] != old.headers["etag"]
    assert new.text.count("ภายในประเทศ,รวม") == old.text.count("ภายในประเทศ,รวม") - 6


def test_records_are_the_same_bytes_whatever_the_port(city: City) -> None:
    table = table_of(city, "registered_hotels")
    question = f"/api/3/action/datastore_search?resource_id={table.resource_id}&limit=5"
    with serve_city(city) as one, serve_city(city) as other:
        bodies = {httpx.get(at.url + question, trust_env=False).content for at in (one, other)}

    assert len(bodies) == 1


def test_requests_are_remembered_in_order(client: httpx.Client, served: Served) -> None:
    url = resource(client, "dataset_10_11")["url"]
    client.get(url)

    assert served.requests == ["/api/3/action/package_show", url.removeprefix(served.url)]


def test_the_port_is_free_again_when_the_block_ends(city: City) -> None:
    with serve_city(city) as served:
        port = int(served.url.rpartition(":")[2])

    with serve_city(city, port) as again:
        assert again.url.endswith(str(port))


def test_a_taken_port_is_one_clear_message(city: City) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port}"), serve_city(city, port):
            pass


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-500", range(100)),
        ("bytes=-0", range(100, 100)),
        ("bytes=100-", range(100, 100)),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("lines=1-2", None),
    ],
)
def test_ranges_are_read_as_http_says(header: str, expected: range | None) -> None:
    assert requested_bytes(header, 100) == expected
