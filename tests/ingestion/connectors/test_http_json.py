"""JSON from an API: every kind of paging, and the ways in which paging goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import Reply, json_reply

ROWS = [{"id": n, "level": 1 + n / 10, "ชื่อ": f"สถานี {n}"} for n in range(7)]
OFFSET = {"type": "offset", "size": 3, "total": ["meta", "total"]}


@pytest.fixture
def read(source, server):
    """Fetch the one file of the API, and give its lines as documents."""
    source.format = {"type": "json_lines", "record_path": ["rows"]}

    def fetch(**words):
        words = {
            "connector": "http_json",
            "url": f"{server.url}/levels",
            "identifier": "id",
        } | words
        path = source.one(**words).path
        return [json.loads(line) for line in path.read_bytes().splitlines()]

    return fetch


def rows_of(documents):
    return [row for document in documents for row in document["rows"]]


def page(rows, **more):
    return json_reply({"rows": rows, **more})


def by_offset(rows):
    def answer(asked):
        start, size = int(asked.query["offset"]), int(asked.query["limit"])
        return page(rows[start : start + size], meta={"total": len(rows)}, offset=start)

    return answer


def test_an_answer_without_paging_is_one_line_as_it_came(source, server):
    server.replies(Reply(body=b'\xef\xbb\xbf{\r\n "Header": {},\n "level": "1.20" }\n'))

    fetched = source.one(connector="http_json", url=f"{server.url}/now")

    assert fetched.path.read_bytes() == b'{   "Header": {},  "level": "1.20" }\n'
    assert (fetched.name, fetched.details["pages"]) == ("now", "1")


def test_pages_by_offset_until_the_total(read, server):
    server.answer = by_offset(ROWS)

    assert rows_of(read(paging=OFFSET, identifier="")) == ROWS
    assert [asked.query["offset"] for asked in server.asked] == ["0", "3", "6"]


def test_pages_by_offset_without_a_total_end_with_an_empty_page(read, server):
    server.answer = by_offset(ROWS[:6])

    assert rows_of(read(paging={"type": "offset", "size": 3})) == ROWS[:6]
    assert [asked.query["offset"] for asked in server.asked] == ["0", "3", "6", "2"]


def test_a_source_that_gives_smaller_pages_than_asked_for_loses_nothing(read, server):
    server.answer = lambda asked: page(ROWS[int(asked.query["offset"]) :][:2])

    assert rows_of(read(paging={"type": "offset", "size": 500})) == ROWS


def test_pages_by_number(read, server):
    def answer(asked):
        first = int(asked.query["p"]) * 3
        return page(ROWS[first : first + 3], count=str(len(ROWS)))

    server.answer = answer
    paging = {"type": "page", "page": "p", "first": 0, "limit": "n", "size": 3, "total": ["count"]}

    assert rows_of(read(paging=paging)) == ROWS
    assert server.asked[0].query == {"p": "0", "n": "3"}


def test_pages_by_cursor(read, server):
    def answer(asked):
        first = int(asked.query.get("after", "0"))
        after = first + 3 if first + 3 < len(ROWS) else None
        return page(ROWS[first : first + 3], next={"after": after})

    server.answer = answer

    assert (
        rows_of(read(paging={"type": "cursor", "cursor": "after", "path": ["next", "after"]}))
        == ROWS
    )
    assert [asked.query.get("after") for asked in server.asked] == [None, "3", "6"]


@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("path", [["next"], []], ids=["in the body", "in the Link header"])
def test_pages_by_next_link_which_is_followed_as_it_is(read, server, absolute, path):
    def answer(asked):
        first = int(asked.query.get("$skiptoken", "0"))
        link = f"{server.url if absolute else ''}/levels?$skiptoken={first + 3}"
        link = link if first + 3 < len(ROWS) else ""
        header = {"Link": f'<{link}>; rel="next", </>; rel="first"'} if link else {}
        return json_reply({"rows": ROWS[first : first + 3], "next": link or None}, **header)

    server.answer = answer

    assert rows_of(read(paging={"type": "next_link", "path": path}, params={"q": "1"})) == ROWS
    assert [asked.query for asked in server.asked] == [
        {"q": "1"}, {"$skiptoken": "3"}, {"$skiptoken": "6"}
    ]  # fmt: skip


def test_a_posted_question_carries_the_paging_in_its_body_and_may_be_answered_201(read, server):
    def answer(asked):
        start = asked.document["offset"]
        return json_reply({"rows": ROWS[start : start + 4]}, 201)

    server.answer = answer
    body = {"tableName": "s_tide", "year": "{fiscal_year}", "province": "83", "type": "json"}

    documents = read(method="post", body=body, paging={"type": "offset", "size": 4})

    assert rows_of(documents) == ROWS
    assert server.asked[0].method == "POST"
    assert server.asked[0].headers["content-type"] == "application/json"
    assert server.asked[0].document == {**body, "year": "2569", "limit": 4, "offset": 0}


def test_a_posted_question_does_not_follow_to_another_host(read, server):
    server.replies(Reply(307, headers={"Location": f"{server.other_name}/levels"}), page([]))

    with pytest.raises(PermanentError, match="meant for the source alone"):
        read(method="post", body={"a": "b"}, hosts=[f"localhost:{server.port}"])


def test_every_day_is_a_file_of_its_own(source, server):
    source.lookback = 1
    server.answer = lambda asked: json_reply([asked.query["date"]])

    files = source.bodies(
        connector="http_json", url=f"{server.url}/rain.json", params={"date": "{day:%Y-%m-%d}"}
    )

    assert files == {
        "rain-20260107.json": b'["2026-01-07"]\n',
        "rain-20260108.json": b'["2026-01-08"]\n',
    }


def test_rows_that_paging_loses_are_noticed(read, server):
    server.answer = lambda asked: page(ROWS[:2] if asked.query["offset"] == "0" else [],
                                       meta={"total": 7})  # fmt: skip

    with pytest.raises(TransientError, match="promised 7 records, sent 2"):
        read(paging=OFFSET)


def test_more_rows_than_promised_are_noticed(read, server):
    server.replies(page(ROWS, meta={"total": 5}))

    with pytest.raises(TransientError, match="promised 5 records, sent 7"):
        read(paging=OFFSET)


def test_a_row_that_arrives_while_paging_newest_first_is_noticed_by_its_repeat(read, server):
    """One new row in front moves all others back by one: the last of page 1 opens page 2."""
    newest_first = ROWS[::-1]

    def answer(asked):
        start = int(asked.query["offset"])
        rows = [{"id": 7}, *newest_first] if start else newest_first
        return page(rows[start : start + 4])

    server.answer = answer

    with pytest.raises(TransientError, match="1 of 8 records came twice, so others were missed"):
        read(paging={"type": "offset", "size": 4})


@pytest.mark.parametrize("kind", ["next_link", "cursor"])
def test_pages_that_go_round_in_a_circle_are_refused(read, server, kind):
    server.answer = lambda asked: page(
        [{"id": len(server.asked)}], next=f"/levels?n={len(server.asked) % 2}"
    )

    with pytest.raises(PermanentError, match="page 3 leads back to an earlier page"):
        read(paging={"type": kind, "path": ["next"]})


def test_just_as_many_pages_as_are_allowed_are_taken(read, source, server):
    source.limits = replace(source.limits, pages=3)
    server.answer = by_offset(ROWS)

    assert rows_of(read(paging=OFFSET)) == ROWS


def test_pages_without_a_record_that_look_alike_are_no_repeat(read, server):
    """A cursor may go on after pages that a filter has emptied."""

    def answer(asked):
        place = int(asked.query.get("cursor", "0"))
        rows = ROWS[:1] if place == 3 else []
        return page(rows, next=place + 1 if place < 3 else None)

    server.answer = answer

    assert rows_of(read(paging={"type": "cursor", "path": ["next"]})) == ROWS[:1]


def test_pages_without_end_are_refused(read, source, server):
    source.limits = replace(source.limits, pages=5)
    server.answer = lambda asked: page([{"id": len(server.asked)}], next=f"/{len(server.asked)}")

    with pytest.raises(PermanentError, match="more than 5 pages"):
        read(paging={"type": "next_link", "path": ["next"]})


def test_a_next_link_to_another_host_is_refused(read, server):
    server.replies(page(ROWS, next=f"{server.other_name}/levels?page=2"))

    with pytest.raises(PermanentError, match=r"localhost.*is outside of what the contract allows"):
        read(paging={"type": "next_link", "path": ["next"]})
    assert len(server.asked) == 1


def test_a_next_link_that_is_no_address_is_refused(read, server):
    server.replies(page(ROWS, next="http://127.0.0.1:eighty/"))

    with pytest.raises(PermanentError, match="is no address"):
        read(paging={"type": "next_link", "path": ["next"]})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><title>Access\nDenied</title>", "a page titled 'Access Denied'.*check the key"),
        (b"\n<!doctype html><p>no title", "a page titled ''"),
        (b"Quota exceeded\x00\x1b[31m", r"'Quota exceeded\\u0000\\u001b\[31m'"),
        (b'"just a text"', "answered 200 without records"),
        (b'{"result": "NO", "data": "no station"}', "without records.*result='NO'.*no station"),
        (b'{"rows": null}', "without records; expected a list at rows"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_an_answer_without_records_is_quoted(read, server, body, said):
    server.replies(Reply(body=body))

    with pytest.raises(PermanentError, match=said):
        read(paging=OFFSET)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b'{"rows": [{"id": 1}', b'{"rows": ["\xb9\xe9\xd3"]}']
)
def test_an_answer_that_broke_off_is_asked_for_again(read, server, body):
    server.replies(Reply(body=body, length=""), page(ROWS))

    assert rows_of(read()) == ROWS


def test_an_answer_that_stays_broken_is_a_transient_failure(read, server):
    server.replies(Reply(body=b'{"rows": [', length=""))

    with pytest.raises(TransientError, match="broken JSON"):
        read()
    assert len(server.asked) == 6
