"""A webhook's receiver, which checks the signature as the documentation tells it to."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import Settings
from orchestration.alerts.channels import Later, NotTaken, Unreachable
from orchestration.alerts.channels.webhook import Webhook
from tests.orchestration.alerts.channels.conftest import KEY, SECRET, parcel
from tests.orchestration.alerts.rows import at
from tests.support.planned_server import Asked, PlannedServer, Reply, planned_server


class Receiver:
    """Takes what is signed and new, once for each key."""

    def __init__(self, server: PlannedServer, secret: str) -> None:
        self.server, self.secret, self.taken = server, secret, dict[str, dict[str, object]]()
        server.answer = self.answer

    @property
    def url(self) -> str:
        return f"{self.server.url}/warned?room=3"

    def answer(self, asked: Asked) -> Reply:
        signed = f"{asked.headers['x-cdp-timestamp']}.".encode() + asked.body
        due = "sha256=" + hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(due, asked.headers["x-cdp-signature"]):
            return Reply(401, b"who are you?")
        self.taken.setdefault(asked.headers["idempotency-key"], json.loads(asked.body))
        return Reply(202)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with planned_server() as server:
        yield Receiver(server, SECRET)


@pytest.fixture
def webhook() -> Webhook:
    return Webhook(Settings(alert_webhook_secret=SECRET))


def test_what_is_signed_is_taken_with_all_facts(webhook: Webhook, receiver: Receiver) -> None:
    webhook.send(parcel(receiver.url))

    facts = receiver.taken[KEY]
    assert facts["kind"] == "flood"
    assert facts["event"] == {
        "id": "flood-00000007-01",
        "what": "rises",
        "places": [{"code": "830104", "name_th": "รัษฎา", "name_en": "Ratsada", "level": 2}],
        "at": "2026-09-12T05:03:00Z",
        "before": 0,
        "reasons": ["rain_1h"],
        "observed_at": "2026-09-12T05:00:00Z",
        "since": "2026-09-12T03:30:00Z",
    }
    assert facts["message"]["language"] == "th"  # type: ignore[index]
    (asked,) = receiver.server.asked
    assert asked.headers["x-cdp-timestamp"] == str(int(at(4).timestamp()))
    assert asked.query == {"room": "3"}


def test_a_message_whose_answer_was_lost_is_taken_once(
    webhook: Webhook, receiver: Receiver
) -> None:
    webhook.send(parcel(receiver.url))
    webhook.send(parcel(receiver.url))

    assert len(receiver.server.asked) == 2
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("change", ["body", "timestamp", "secret"])
def test_a_receiver_notices_any_change(receiver: Receiver, change: str) -> None:
    Webhook(Settings(alert_webhook_secret=SECRET)).send(parcel(receiver.url))
    (asked,) = receiver.server.asked
    if change == "secret":
        receiver.secret = "another"
    headers = {**asked.headers}
    if change == "timestamp":
        headers["x-cdp-timestamp"] = str(int(headers["x-cdp-timestamp"]) + 1)
    body = asked.body.replace(b'"level": 2', b'"level": 0') if change == "body" else asked.body

    again = receiver.answer(Asked("POST", "/warned", {}, headers, body))

    assert again.status == 401


def test_whose_secret_is_another_is_not_let_in_and_may_be_later(receiver: Receiver) -> None:
    with pytest.raises(Later, match=r"answered 401 Unauthorized: who are you\?") as failed:
        Webhook(Settings(alert_webhook_secret="wrong secret")).send(parcel(receiver.url))

    assert type(failed.value) is Later
    assert "room=3" not in failed.value.message
    assert len(receiver.server.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((400, NotTaken), (413, NotTaken), (415, NotTaken), (422, NotTaken)),
        *((301, Later), (404, Later), (409, Later), (410, Later)),
        *((429, Unreachable), (500, Unreachable), (503, Unreachable)),
    ],
)
def test_answers_are_told_apart(webhook, receiver, status, kind) -> None:  # type: ignore[no-untyped-def]
    receiver.server.replies(Reply(status, headers={"Location": "/elsewhere"}))

    with pytest.raises(kind) as failed:
        webhook.send(parcel(receiver.url))

    assert type(failed.value) is kind
    assert {asked.path for asked in receiver.server.asked} == {"/warned"}


def test_without_a_secret_nothing_is_sent(receiver: Receiver) -> None:
    with pytest.raises(Later, match="CDP_ALERT_WEBHOOK_SECRET"):
        Webhook(Settings()).send(parcel(receiver.url))

    assert receiver.server.asked == []


def test_a_server_that_nobody_vouches_for_is_told_nothing(
    webhook: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ssl

    from tests.support.certificates import own_certificate

    certificate = own_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with planned_server(context) as server:
        Receiver(server, SECRET)
        with pytest.raises(Unreachable, match="ConnectError"):
            webhook.send(parcel(f"{server.url}/warned"))
        assert server.asked == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        webhook.send(parcel(f"{server.url}/warned"))
        assert len(server.asked) == 1
