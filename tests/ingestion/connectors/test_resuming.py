"""Downloads that break off: where they go on, and where they begin again."""

from __future__ import annotations

import random

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import Reply

BIG = random.Random(83).randbytes(3_000_000)
STRONG = {"ETag": '"v1"'}


def ranged(body, etag):
    """A server that knows ranges; the first answer is cut."""

    def answer(asked, calls=[]):  # noqa: B006 - counts the calls of this one server
        calls.append(asked)
        if len(calls) == 1:
            return Reply(body=body, headers={"ETag": etag}, cut=len(body) // 2)
        start = int(asked.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if not start or asked.headers.get("if-range") != etag:
            return Reply(body=body, headers={"ETag": etag})
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return Reply(206, body[start:], {"ETag": etag, "Content-Range": span})

    return answer


def test_a_broken_download_goes_on_where_it_stopped(file_of, server):
    server.answer = ranged(BIG, '"v1"')

    assert file_of() == BIG
    assert server.asked[1].headers["if-range"] == '"v1"'
    assert int(server.asked[1].headers["range"][6:-1]) > 0


@pytest.mark.parametrize("etag", ['W/"v1"', ""])
def test_without_a_strong_etag_a_download_begins_again(file_of, server, etag):
    headers = {"ETag": etag} if etag else {}
    server.replies(
        Reply(body=BIG, headers=headers, cut=len(BIG) // 2), Reply(body=BIG, headers=headers)
    )

    assert file_of() == BIG
    assert "range" not in server.asked[1].headers


@pytest.mark.parametrize("new", [BIG[::-1] + b"more", b"less"], ids=["longer", "shorter"])
def test_a_file_that_was_replaced_while_it_was_fetched_comes_whole_and_new(file_of, server, new):
    server.replies(
        Reply(body=BIG, headers=STRONG, cut=len(BIG) // 2),
        Reply(body=new, headers={"ETag": '"v2"'}),
    )

    assert file_of() == new


@pytest.mark.parametrize(
    "wrong",
    [
        {"ETag": '"v2"', "Content-Range": "bytes {start}-{last}/{size}"},
        {"ETag": '"v1"', "Content-Range": "bytes 0-{last}/{size}"},
        {"ETag": '"v1"'},
        {"Content-Range": "bytes {start}-{last}/{size}"},
    ],
    ids=["other version", "other place", "no place", "no version"],
)
def test_a_part_that_does_not_fit_is_thrown_away(file_of, server, wrong):
    def answer(asked):
        if len(server.asked) == 1:
            return Reply(body=BIG, headers=STRONG, cut=len(BIG) // 2)
        if "range" not in asked.headers:
            return Reply(body=BIG, headers=STRONG)
        start = int(asked.headers["range"][6:-1])
        said = {
            name: value.format(start=start, last=len(BIG) - 1, size=len(BIG))
            for name, value in wrong.items()
        }
        return Reply(206, BIG[start:], said)

    server.answer = answer

    assert file_of() == BIG
    assert len(server.asked) == 3


def test_a_range_that_is_refused_begins_again(file_of, server):
    server.replies(
        Reply(body=BIG, headers=STRONG, cut=len(BIG) // 2),
        Reply(416, headers={"Content-Range": "bytes */10"}),
        Reply(body=BIG, headers=STRONG),
    )

    assert file_of() == BIG


def test_a_part_that_ends_before_the_whole_is_no_file(file_of, server):
    def answer(asked):
        if "range" not in asked.headers:
            return Reply(body=BIG, headers=STRONG, cut=len(BIG) // 2)
        start = int(asked.headers["range"][6:-1])
        span = f"bytes {start}-{start + 9}/{len(BIG)}"
        return Reply(206, BIG[start : start + 10], {**STRONG, "Content-Range": span})

    server.answer = answer

    with pytest.raises(TransientError, match=f"of {len(BIG)} bytes"):
        file_of()


def test_a_part_that_nobody_asked_for_is_refused(file_of, server):
    server.replies(Reply(206, b"level\n", {"Content-Range": "bytes 0-15/900"}))

    with pytest.raises(PermanentError, match=r"answered 206.*ask for less"):
        file_of()
