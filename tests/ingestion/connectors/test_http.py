"""HTTP when things go wrong: what is tried again, what is refused, and what is told."""

from __future__ import annotations

import gzip
import socket
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from httpcore._backends.sync import SyncStream

from ingestion.connectors import patience
from ingestion.errors import PermanentError, TransientError
from tests.ingestion.connectors.conftest import NOW
from tests.support.planned_server import Reply, json_reply

TABLE = b"level\n1.20\n1.25\n"
FINE = Reply(body=TABLE)
STRONG = {"ETag": '"v1"'}


@pytest.fixture
def waits(monkeypatch):
    """What each wait was asked to be by the server."""
    asked = []
    monkeypatch.setattr(patience, "wait_seconds", lambda _, wish, __: asked.append(wish) or 0.0)
    return asked


def test_a_file_comes_as_it_was_sent(file_of, server):
    server.replies(FINE)

    assert file_of() == TABLE


def test_a_server_that_is_down_is_tried_six_times_and_named(file_of, server, waits):
    server.replies(Reply(503))

    with pytest.raises(TransientError, match=r"/table\.csv answered 503.*next run tries again"):
        file_of()
    assert len(server.asked) == 6


def test_a_port_where_nobody_listens_is_a_transient_failure(source):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(TransientError, match="cannot be reached"):
        source.one(connector="http_file", url=f"http://127.0.0.1:{port}/table.csv")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_answer_is_tried_again(file_of, server, status):
    server.replies(Reply(status), Reply(status), FINE)

    assert file_of() == TABLE


@pytest.mark.parametrize("status", [300, 304, 400, 401, 403, 404, 405, 409, 410, 422, 451])
def test_an_answer_that_will_not_change_is_not_asked_for_again(file_of, server, status):
    server.replies(Reply(status, b"<title>No</title>" if status != 304 else b""))

    with pytest.raises(PermanentError, match=f"answered {status}"):
        file_of()
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_says_which_setting_to_check(file_of, server, status):
    server.replies(json_reply({"error": "unknown key"}, status))

    with pytest.raises(PermanentError, match=r"unknown key.*check the key"):
        file_of()


def test_retry_after_in_seconds_is_waited_for(file_of, server, waits):
    server.replies(Reply(429, headers={"Retry-After": "7"}), FINE)

    assert file_of() == TABLE
    assert waits == [7.0]


def test_retry_after_as_a_date_is_waited_for_by_the_clock_of_the_platform(file_of, server, waits):
    until = format_datetime(NOW + timedelta(seconds=42), usegmt=True)
    server.replies(Reply(503, headers={"Retry-After": until}), FINE)

    assert file_of() == TABLE
    assert waits == [42.0]


@pytest.mark.parametrize("said", ["soon", "-5", "", "Thu, 08 Jan 2026 20:00:09 -0000"])
def test_a_retry_after_that_means_nothing_leaves_the_usual_wait(file_of, server, waits, said):
    server.replies(Reply(503, headers={"Retry-After": said}), FINE)

    assert file_of() == TABLE
    assert waits == [None]


def test_a_server_that_wants_an_hour_of_rest_gets_it(file_of, server):
    server.replies(Reply(429, headers={"Retry-After": "3600"}), FINE)

    with pytest.raises(TransientError, match="answered 429"):
        file_of()
    assert len(server.asked) == 1


def test_waits_are_random_in_full_and_bounded():
    waits = [patience.wait_seconds(failed, None, 60) for failed in range(1, 12) for _ in range(200)]
    first = waits[:200]

    assert min(waits) >= 0
    assert max(waits) <= 60
    assert max(first) <= 2
    assert len({round(wait, 2) for wait in first}) > 50


def test_a_body_that_is_cut_is_fetched_again(file_of, server):
    server.replies(Reply(body=TABLE, cut=5), FINE)

    assert file_of() == TABLE


def test_a_body_that_is_always_cut_is_no_file(file_of, server):
    server.replies(Reply(body=TABLE, cut=5))

    with pytest.raises(TransientError, match="broke off"):
        file_of()


def test_a_body_shorter_than_its_announced_length_is_no_file(file_of, server):
    server.replies(Reply(body=TABLE, length="400"))

    with pytest.raises(TransientError, match="broke off"):
        file_of()


@pytest.mark.parametrize("length", ["many", "-3"])
def test_a_length_that_is_no_number_is_no_file(file_of, server, length):
    server.replies(Reply(body=TABLE, length=length))

    with pytest.raises(TransientError, match="broke off"):
        file_of()


def test_a_server_that_falls_silent_is_hung_up_on(file_of, source, server):
    source.limits = replace(source.limits, tries=2)
    server.replies(Reply(body=TABLE, silent=True))

    with pytest.raises(TransientError, match=r"was silent for 0\.1 s"):
        file_of(read_seconds=0.1)
    assert len(server.asked) == 2


def test_bytes_that_only_trickle_in_end_at_the_total_time(file_of, source, server):
    source.limits = replace(source.limits, total_seconds=0.4)
    server.replies(Reply(body=TABLE * 100, trickle=0.02))

    with pytest.raises(TransientError, match=r"was not done after 0\.4 s"):
        file_of()


def test_a_server_that_falls_silent_is_left_at_the_total_time_however_long_it_may_be_silent(
    source, server, monkeypatch
):
    """What each read may wait for is bounded by what is left of the total."""
    waited = []
    read = SyncStream.read
    monkeypatch.setattr(
        SyncStream,
        "read",
        lambda self, most, timeout: waited.append(timeout) or read(self, most, timeout),
    )
    source.limits = replace(source.limits, total_seconds=0.3)
    server.replies(Reply(body=TABLE, silent=True))

    with pytest.raises(TransientError, match=r"was not done after 0\.3 s"):
        source.one(connector="http_file", url=f"{server.url}/table.csv", read_seconds=60)
    assert waited
    assert max(waited) <= 0.3


@pytest.mark.parametrize("declared", [None, ""], ids=["announced", "not announced"])
def test_a_file_of_just_the_limit_is_taken(file_of, source, server, declared):
    source.limits = replace(source.limits, file_bytes=1000)
    server.replies(Reply(body=b"x" * 1000, length=declared))

    assert file_of() == b"x" * 1000


@pytest.mark.parametrize("declared", [None, ""], ids=["announced", "not announced"])
def test_a_file_over_the_limit_is_refused(file_of, source, server, declared):
    source.limits = replace(source.limits, file_bytes=1000)
    server.replies(Reply(body=b"x" * 1001, length=declared))

    with pytest.raises(PermanentError, match="expected at most 1,000 bytes"):
        file_of()


def test_a_page_that_unpacks_to_more_than_the_limit_is_refused(source, server):
    source.limits = replace(source.limits, page_bytes=1000)
    bomb = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    server.replies(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(PermanentError, match="expected at most 1,000 bytes"):
        source.one(connector="http_json", url=server.url)


def test_a_file_is_asked_for_as_it_is(source, server):
    server.replies(FINE)

    source.one(connector="http_file", url=f"{server.url}/table.csv.gz")

    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_a_page_of_html_is_kept_for_parsing_to_refuse(file_of, server):
    page = b"<html><title>Please log in</title></html>"
    server.replies(Reply(body=page, headers={"Content-Type": "text/html"}))

    assert file_of() == page


def test_a_file_whose_etag_is_known_is_not_taken_again(source, server):
    server.replies(Reply(body=TABLE, headers=STRONG))
    words = {"connector": "http_file", "url": f"{server.url}/table.csv"}
    first = source.one(**words)

    again = source.bodies(lambda name, mark: (name, mark) == (first.name, first.mark), **words)

    assert first.mark.startswith('"v1" ')
    assert again == {}


def test_the_answer_without_an_etag_has_no_mark(source, server):
    server.replies(FINE)

    assert source.one(connector="http_file", url=server.url).mark == ""


def test_every_request_waits_for_its_turn_by_the_contract(file_of, server, monkeypatch):
    turns = []
    monkeypatch.setattr(patience.Pace, "turn", lambda _, host, pace: turns.append((host, pace)))
    server.replies(Reply(503), Reply(302, headers={"Location": "/moved.csv"}), FINE)

    file_of(requests_per_second=5)

    assert turns == [("127.0.0.1", 5.0)] * 3


def test_requests_to_one_host_keep_their_pace():
    now, slept = [100.0], []
    pace = patience.Pace(lambda: now[0], slept.append)

    for _ in range(3):
        pace.turn("a.example", 2)
    pace.turn("b.example", 2)
    now[0] += 10
    pace.turn("a.example", 2)
    pace.turn("a.example", 0)

    assert slept == [0.0, 0.5, 1.0, 0.0, 0.0]
