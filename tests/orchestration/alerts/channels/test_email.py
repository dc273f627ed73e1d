"""E-mail, taken by a real SMTP server on this machine: encrypted, logged in, refused and lost."""

from __future__ import annotations

import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from ingestion.settings import Settings
from orchestration.alerts.channels import Later, NotTaken, Unreachable
from orchestration.alerts.channels.email import Email
from tests.orchestration.alerts.channels.conftest import KEY, SECRET, parcel
from tests.support.certificates import own_certificate

ROOM, TOWN = "room@flood.example", "town@flood.example"


class Mailroom:
    """Keeps what came; answers as it is told to."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.rcpt: dict[str, str] = {}
        self.data = "250 taken"
        self.logged_in: list[bool] = []

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, _: Any
    ) -> str:
        answer = self.rcpt.get(address, "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data.startswith("250"):
            found = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(found, EmailMessage)
            self.came.append(found)
            self.recipients.append(envelope.rcpt_tos)
            self.logged_in.append(session.authenticated)
        return self.data


def let_in(_: Any, __: Any, ___: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = data.login == b"cdp" and data.password == SECRET.encode()
    return AuthResult(success=known, handled=known)


class _Controller(Controller):
    """One that offers STARTTLS when it is given a certificate for it."""

    def __init__(self, *words: Any, starttls: ssl.SSLContext | None, **more: Any) -> None:
        super().__init__(*words, **more)
        self._starttls, self._login = starttls, starttls or self.ssl_context

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # whichever was free
        super()._trigger_server()

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=let_in,
            auth_required=self._login is not None,
            auth_require_tls=self._starttls is not None,
        )


@contextmanager
def mail_server(
    room: Mailroom, certificate: Path | None = None, *, tls: bool = False
) -> Iterator[int]:
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    controller = _Controller(
        room,
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if tls else None,
        starttls=None if tls else context,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def port(mailroom: Mailroom) -> Iterator[int]:
    with mail_server(mailroom) as port:
        yield port


def client(port: int, **more: Any) -> Email:
    words = {"alert_smtp_host": "127.0.0.1", "alert_smtp_from": "warnings@city.example"}
    return Email(Settings(alert_smtp_port=port, **({"alert_smtp_security": "none"} | words | more)))


def test_a_letter_is_thai_in_subject_and_text_and_says_that_a_machine_wrote_it(
    mailroom: Mailroom, port: int
) -> None:
    client(port).send(parcel(ROOM, TOWN))

    (letter,) = mailroom.came
    assert letter["Subject"] == "เตือนน้ำท่วม ต.รัษฎา: เตือนภัย"
    assert letter.get_content().splitlines()[0].startswith("ความเสี่ยงน้ำท่วมในตำบลรัษฎา")
    assert letter.get_content_charset() == "utf-8"
    assert letter["From"] == "warnings@city.example"
    assert letter["To"] == f"{ROOM}, {TOWN}"
    assert letter["Date"] == "Sat, 12 Sep 2026 12:04:00 +0700"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert mailroom.recipients == [[ROOM, TOWN]]


def test_a_letter_that_is_sent_again_is_the_same_letter(mailroom: Mailroom, port: int) -> None:
    client(port).send(parcel(ROOM))
    client(port).send(parcel(ROOM))

    assert {letter["Message-ID"] for letter in mailroom.came} == {f"<{KEY}@city.example>"}


@pytest.mark.parametrize("tls", [False, True])
def test_the_way_is_encrypted_and_we_log_in(
    mailroom: Mailroom, tls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = own_certificate(tmp_path)
    security = {"alert_smtp_security": "tls" if tls else "starttls"}
    login = {"alert_smtp_user": "cdp", "alert_smtp_password": SECRET}
    with mail_server(mailroom, certificate, tls=tls) as port:
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            client(port, **security, **login).send(parcel(ROOM))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        client(port, **security, **login).send(parcel(ROOM))

        wrong = login | {"alert_smtp_password": "guessed"}
        with pytest.raises(Unreachable, match=r"not let us in: 535.*CDP_ALERT_SMTP_USER") as no:
            client(port, **security, **wrong).send(parcel(ROOM))
    assert "guessed" not in no.value.message
    assert mailroom.logged_in == [True]


def test_no_password_goes_where_the_way_is_not_encrypted(mailroom: Mailroom, port: int) -> None:
    with pytest.raises(Unreachable, match="STARTTLS"):
        client(port, alert_smtp_security="starttls").send(parcel(ROOM))
    with pytest.raises(ValueError, match="in the clear"):
        client(port, alert_smtp_user="cdp", alert_smtp_password=SECRET)

    assert mailroom.came == []


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({ROOM: "550 no such user"}, NotTaken),
        ({ROOM: "450 try later"}, Later),
    ],
)
def test_a_recipient_that_is_not_taken(mailroom, port, answers, kind) -> None:  # type: ignore[no-untyped-def]
    mailroom.rcpt = answers

    with pytest.raises(kind, match=r"takes nothing for these addresses \((550|450)\)") as failed:
        client(port).send(parcel(ROOM))

    assert type(failed.value) is kind
    assert ROOM not in failed.value.message


def test_who_can_be_reached_is_told_though_another_cannot(mailroom: Mailroom, port: int) -> None:
    mailroom.rcpt = {ROOM: "550 no such user"}

    assert client(port).send(parcel(ROOM, TOWN)) == "1 of 2 addresses were not taken"

    assert mailroom.recipients == [[TOWN]]


@pytest.mark.parametrize(("answer", "kind"), [("554 spam", NotTaken), ("451 busy", Later)])
def test_a_letter_that_is_not_taken(mailroom, port, answer, kind) -> None:  # type: ignore[no-untyped-def]
    mailroom.data = answer

    with pytest.raises(kind, match=f"did not take it: {answer}") as failed:
        client(port).send(parcel(ROOM))

    assert type(failed.value) is kind


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 did not answer: ConnectionRefused"):
        client(9).send(parcel(ROOM))


def test_a_log_in_that_smtp_cannot_spell_is_told_and_not_shown(
    mailroom: Mailroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    login = {"alert_smtp_user": "cdp", "alert_smtp_password": "รหัสลับ"}
    with (
        mail_server(mailroom, certificate) as port,
        pytest.raises(Later, match="can be written: UnicodeEncodeError") as failed,
    ):
        client(port, alert_smtp_security="starttls", **login).send(parcel(ROOM))

    assert "รหัสลับ" not in failed.value.message


def test_without_a_server_it_says_what_to_set() -> None:
    with pytest.raises(Later, match="set CDP_ALERT_SMTP_HOST, CDP_ALERT_SMTP_FROM"):
        Email(Settings()).send(parcel(ROOM))
