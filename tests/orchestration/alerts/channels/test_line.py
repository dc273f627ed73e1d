"""LINE, played by a server that gives the answers which its documentation lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from orchestration.alerts.channels import Later, NotTaken, Unreachable
from orchestration.alerts.channels.line import Line
from tests.orchestration.alerts.channels.conftest import KEY, SECRET, parcel
from tests.support.planned_server import PlannedServer, Reply, json_reply, planned_server

USER = "U00000000000000000000000000000001"
TEAM = (USER, "U00000000000000000000000000000002")
TAKEN = json_reply({"sentMessages": [{"id": "461230966842064897", "quoteToken": "IStG5h1Tz7b"}]})
INVALID = json_reply({"message": "The property, 'to', in the request body is invalid"}, 400)
UNKNOWN_TOKEN = json_reply({"message": "Authentication failed. Confirm the access token"}, 401)
ACCEPTED_BEFORE = json_reply(
    {"message": "The retry key is already accepted", "sentMessages": [{"id": "46123"}]},
    409,
    x_line_accepted_request_id="f4bd9e76",
)
TOO_MANY = json_reply({"message": "You have reached your monthly limit."}, 429)
BROKEN = json_reply({"message": "Internal server error"}, 500)


@pytest.fixture
def server() -> Iterator[PlannedServer]:
    with planned_server() as played:
        played.replies(TAKEN)
        yield played


@pytest.fixture
def line(server: PlannedServer) -> Line:
    return Line(Settings(alert_line_url=server.url, alert_line_token=SECRET))


def test_one_is_pushed_to_with_token_and_retry_key(line: Line, server: PlannedServer) -> None:
    line.send(parcel(USER))

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v2/bot/message/push")
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["x-line-retry-key"] == KEY
    assert asked.headers["content-type"] == "application/json"
    text = asked.document["messages"][0]["text"]  # type: ignore[index]
    assert asked.document == {"to": USER, "messages": [{"type": "text", "text": text}]}
    assert text.startswith("เตือนน้ำท่วม ต.รัษฎา: เตือนภัย\n\nความเสี่ยงน้ำท่วมในตำบลรัษฎา")
    assert text.endswith("https://flood.example")


def test_several_are_reached_by_one_multicast(line: Line, server: PlannedServer) -> None:
    line.send(parcel(*TEAM))

    (asked,) = server.asked
    assert asked.path == "/v2/bot/message/multicast"
    assert asked.document["to"] == list(TEAM)


@pytest.mark.parametrize("busy", [TOO_MANY, BROKEN, Reply(503), Reply(cut=0, length="9")])
def test_what_may_pass_is_tried_again_under_the_same_key(
    line: Line, server: PlannedServer, busy: Reply
) -> None:
    server.replies(busy, busy, TAKEN)

    line.send(parcel(USER))

    assert [asked.headers["x-line-retry-key"] for asked in server.asked] == [KEY] * 3


def test_a_message_that_was_accepted_before_is_sent(line: Line, server: PlannedServer) -> None:
    """The first answer was lost: 409 under our key says that the message is there."""
    server.replies(BROKEN, ACCEPTED_BEFORE)

    line.send(parcel(USER))

    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "asked", "told"),
    [
        (INVALID, NotTaken, 1, "answered 400 .* 'to', in the request body is invalid"),
        (UNKNOWN_TOKEN, Later, 1, "answered 401 .*Authentication failed.*check the address"),
        (Reply(403), Later, 1, "answered 403 Forbidden"),
        (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), Later, 1, "answered 302"),
        (TOO_MANY, Unreachable, 3, "answered 429 Too Many Requests"),
        (BROKEN, Unreachable, 3, "answered 500"),
    ],
)
def test_what_is_not_taken_is_told_by_its_kind(line, server, answer, kind, asked, told) -> None:  # type: ignore[no-untyped-def]
    server.replies(answer)

    with pytest.raises(kind, match=told) as failed:
        line.send(parcel(USER))

    assert type(failed.value) is kind
    assert len(server.asked) == asked
    assert SECRET not in failed.value.message


def test_a_server_that_is_not_there_is_unreachable(server: PlannedServer) -> None:
    gone = Line(Settings(alert_line_url="http://127.0.0.1:9", alert_line_token=SECRET))

    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 did not answer: ConnectError"):
        gone.send(parcel(USER))


def test_a_token_that_http_cannot_spell_is_told_and_not_shown(server: PlannedServer) -> None:
    line = Line(Settings(alert_line_url=server.url, alert_line_token="โทเคน"))

    with pytest.raises(Later, match="cannot be sent: UnicodeEncodeError") as failed:
        line.send(parcel(USER))

    assert "โทเคน" not in failed.value.message


def test_without_a_token_nobody_is_asked(server: PlannedServer) -> None:
    line = Line(Settings(alert_line_url=server.url))

    with pytest.raises(Later, match="CDP_ALERT_LINE_TOKEN"):
        line.send(parcel(USER))

    assert line.missing() == "CDP_ALERT_LINE_TOKEN"
    assert server.asked == []


def test_no_setting_prints_its_secret() -> None:
    settings = Settings(
        alert_line_token=SECRET, alert_smtp_password=SECRET, alert_webhook_secret=SECRET
    )

    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
