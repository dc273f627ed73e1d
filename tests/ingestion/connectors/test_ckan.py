"""CKAN catalogues: the simulated one, and one that answers what real ones answer on bad days."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from city.city import demo_city
from city.serving.services import serve_city
from city.sources import tables
from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import Reply, json_reply

RECORDS = [{"_id": n, "ปี": "2566", "ค่า": f"{n},000.00"} for n in range(1, 8)]
RESOURCES = [
    {"id": "r-1", "name": "hotels 2566", "last_modified": "2026-01-01T00:00:00"},
    {"id": "r-2", "name": "hotels 2567", "url": "", "last_modified": None},
]
WORDS = {"connector": "ckan", "dataset": "hotels", "resource": "r-1", "via": "datastore"}


@pytest.fixture
def catalogue(server):
    """The plan of a catalogue: change its members, and it answers accordingly."""
    plan = {"resources": RESOURCES, "records": list(RECORDS), "said": {}}

    def answer(asked):
        action = asked.path.rpartition("/")[2]
        if action == "package_show":
            return success({"resources": plan["resources"]})
        if action == "datastore_search":
            start, size = int(asked.query["offset"]), int(asked.query["limit"])
            records = plan["records"]
            total = {"total": len(records), "total_was_estimated": False, **plan["said"]}
            return success({"records": records[start : start + size], **total})
        return Reply(body=b"level\n1.2\n", headers={"ETag": '"f1"'})

    server.answer = answer
    return plan


def success(result):
    return json_reply({"help": "…", "success": True, "result": result})


@pytest.fixture
def read(source, server):
    def fetch(**words):
        return source.one(**{**WORDS, "url": server.url, "page_size": 3, **words})

    return fetch


def records_in(fetched):
    return [
        record
        for line in fetched.path.read_bytes().splitlines()
        for record in json.loads(line)["result"]["records"]
    ]


def test_the_pages_of_a_datastore_hold_every_record_once(read, catalogue):
    fetched = read()

    assert records_in(fetched) == RECORDS
    assert fetched.details == {
        "pages": "3",
        "records": "7",
        "resource_modified": "2026-01-01T00:00:00",
    }
    assert fetched.mark == ""


def test_the_key_goes_in_both_headers_that_catalogues_know(read, catalogue, server, monkeypatch):
    monkeypatch.setenv("CDP_CKAN_KEY", "key-of-the-province")

    read(api_key="${CDP_CKAN_KEY}")

    assert {a.headers.get("api-key") for a in server.asked} == {"key-of-the-province"}
    assert {a.headers.get("authorization") for a in server.asked} == {"key-of-the-province"}


def test_a_key_that_is_not_set_is_named(read, catalogue):
    with pytest.raises(PermanentError, match="CDP_CKAN_KEY is not set"):
        read(api_key="${CDP_CKAN_KEY}")


def test_an_estimated_total_neither_ends_nor_fails_the_paging(read, catalogue):
    catalogue["said"] = {"total": 4, "total_was_estimated": True}

    assert records_in(read()) == RECORDS


def test_a_table_that_grew_while_it_was_read_is_read_once_more(read, catalogue, server):
    plain = server.answer

    def growing(asked):
        later = asked.query.get("offset") == "3" and len(server.asked) < 5
        catalogue["said"] = {"total": 9} if later else {}
        return plain(asked)

    server.answer = growing

    assert records_in(read()) == RECORDS
    assert [a.query["offset"] for a in server.asked[1:]].count("0") == 2


def test_a_table_that_never_holds_still_is_a_transient_failure(read, catalogue):
    catalogue["said"] = {"total": 9}

    with pytest.raises(TransientError, match="promised 9 records, sent 7"):
        read()


def test_a_row_that_comes_twice_means_that_another_is_missing(read, catalogue):
    catalogue["records"] = [*RECORDS[:3], RECORDS[2], *RECORDS[4:]]

    with pytest.raises(TransientError, match="1 of 7 records came twice"):
        read()


def test_a_row_deleted_while_a_table_is_read_loses_no_other(read, catalogue, server):
    plain = server.answer

    def shrinking(asked):
        place = (asked.query.get("offset"), asked.query.get("limit"))
        catalogue["records"] = RECORDS if place == ("0", "3") else RECORDS[1:]
        return plain(asked)

    server.answer = shrinking

    with pytest.raises(TransientError, match="had 7 records on page 1 and 6 on page 2"):
        read()


def test_a_row_deleted_and_another_added_meanwhile_is_noticed(read, catalogue, server):
    plain = server.answer

    def moving(asked):
        place = (asked.query.get("offset"), asked.query.get("limit"))
        moved = [*RECORDS[1:], {"_id": 8}]
        catalogue["records"] = RECORDS if place == ("0", "3") else moved
        return plain(asked)

    server.answer = moving

    with pytest.raises(TransientError, match="record 3 is another one than when its page was read"):
        read()


def test_a_datastore_that_ignores_the_offset_is_refused(read, catalogue, server):
    plain = server.answer

    def ignoring(asked):
        if "offset" in asked.query:
            catalogue["said"] = {"total": 7, "request": len(server.asked)}
            asked = replace(asked, query={**asked.query, "offset": "0"})
        return plain(asked)

    server.answer = ignoring

    with pytest.raises(PermanentError, match="page 2 with the records of earlier pages"):
        read()


def test_an_empty_datastore_is_one_page_without_records(read, catalogue):
    catalogue["records"] = []

    assert read().details["records"] == "0"


def test_a_resource_that_was_renamed_is_refused_with_the_closest_name(read, catalogue):
    with pytest.raises(PermanentError, match=r"no resource 'hotel 2566'.*renamed to 'hotels 2566'"):
        read(resource="hotel 2566")


def test_a_name_that_two_resources_share_is_refused_with_their_ids(read, catalogue):
    catalogue["resources"] = [{"id": "a", "name": "ข้อมูล"}, {"id": "b", "name": "ข้อมูล"}]

    with pytest.raises(
        PermanentError, match="2 resources named 'ข้อมูล'; expected one of the ids a, b"
    ):
        read(resource="ข้อมูล")


def test_a_package_without_resources_says_so(read, catalogue):
    catalogue["resources"] = []

    with pytest.raises(PermanentError, match="none: it is empty"):
        read()


def test_an_unknown_data_set_is_named_with_what_to_do(read, server):
    error = {"message": "Not found", "__type": "Not Found Error"}
    server.replies(json_reply({"success": False, "error": error}, 404))

    with pytest.raises(PermanentError, match=r"404.*in hotels; correct dataset and resource"):
        read()
    assert len(server.asked) == 1


def test_an_error_with_status_200_is_quoted(read, server):
    server.replies(json_reply({"success": False, "error": {"message": "กรุณาระบุ api-key"}}))

    with pytest.raises(PermanentError, match=r"answered error.*กรุณาระบุ api-key"):
        read()


def test_a_page_of_html_with_status_200_is_told_as_such(read, server):
    server.replies(Reply(body=b"<html><head><title>Access Denied</title></head></html>"))

    with pytest.raises(PermanentError, match="a page titled 'Access Denied'; expected JSON"):
        read()


def test_a_linked_file_is_fetched_with_its_mark(read, catalogue, server):
    catalogue["resources"] = [{**RESOURCES[0], "url": f"{server.url}/files/hotels.csv"}]

    fetched = read(via="file", resource="hotels 2566")

    assert fetched.path.read_bytes() == b"level\n1.2\n"
    assert (fetched.name, fetched.mark) == ("hotels 2566", '"f1"  10')


def test_a_linked_file_that_is_known_is_not_taken_again(source, catalogue, server):
    catalogue["resources"] = [{**RESOURCES[0], "url": f"{server.url}/files/hotels.csv"}]
    words = {**WORDS, "url": server.url, "via": "file"}

    assert source.bodies(lambda name, mark: mark.startswith('"f1"'), **words) == {}


def test_a_file_linked_on_another_host_needs_the_word_of_the_contract(
    read, catalogue, server, monkeypatch
):
    monkeypatch.setenv("CDP_CKAN_KEY", "key-of-the-province")
    catalogue["resources"] = [{**RESOURCES[0], "url": f"{server.other_name}/files/hotels.csv"}]

    with pytest.raises(PermanentError, match=r"to fetch\.hosts if it belongs"):
        read(via="file")
    read(via="file", hosts=[f"localhost:{server.port}"], api_key="${CDP_CKAN_KEY}")

    assert server.asked[-1].path == "/files/hotels.csv"
    assert "api-key" not in server.asked[-1].headers


def test_a_resource_name_cannot_lead_out_of_our_folder(read, catalogue, source):
    catalogue["resources"] = [{"id": "r-1", "name": "../../../outside"}]

    fetched = read(resource="../../../outside")

    assert fetched.path.parent == source.folder


def test_the_simulated_catalogue_is_read_through_both_doors(source):
    with serve_city(demo_city()) as served:
        table = tables(demo_city())[0]
        words = {"connector": "ckan", "url": served.url, "dataset": table.dataset}
        words["resource"] = table.resource

        served.limit_rate(2, retry_after=1)
        records = records_in(source.one(**words, via="datastore", page_size=7))
        file = source.one(**words, via="file").path.read_bytes()

    assert len(records) == len(table.rows)
    assert file == table.body
