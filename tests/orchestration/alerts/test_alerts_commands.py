"""What an operator sees of warnings: `cdp alerts`, and lines in `cdp doctor` and `cdp verify`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from ingestion.deliveries.simulated import mark_simulated
from orchestration.alerts.channels import Unreachable
from tests.orchestration.alerts.office import LIST, Office
from tests.orchestration.alerts.rows import RATSADA, WICHIT, at, row
from tests.orchestration.alerts.test_warning import failing
from tests.support.commands import Ran, cdp
from tests.support.planned_server import PlannedServer, Reply, planned_server

TOKEN = "a token that nobody may read"
USER = "U00000000000000000000000000000001"


@pytest.fixture
def server() -> Iterator[PlannedServer]:
    with planned_server() as played, stamina.set_testing(True, attempts=1):
        played.replies(Reply())
        yield played


@pytest.fixture
def office(tmp_path: Path, server: PlannedServer) -> Office:
    return Office(
        tmp_path / "home",
        "duty:\n"
        f"  - {{id: room, channel: line, to: [{USER}], language: en}}\n"
        f"  - {{id: sirens, channel: webhook, to: ['{server.url}/warned']}}\n",
    )


def run(office: Office, server: PlannedServer, *words: str, **more: str) -> Ran:
    settings = {
        "CDP_ALERT_LINE_URL": server.url,
        "CDP_ALERT_LINE_TOKEN": TOKEN,
        "CDP_ALERT_WEBHOOK_SECRET": TOKEN,
        "CDP_NOW": at(40).isoformat(),
    }
    return cdp(*words, home=office.home, **settings | more)


def test_a_test_reaches_everybody_and_is_marked_as_one(
    office: Office, server: PlannedServer
) -> None:
    ran = run(office, server, "alerts", "test")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "room (line): sent · ส่งแล้ว",
        "sirens (webhook): sent · ส่งแล้ว",
    ]
    to_line, to_hook = server.asked
    assert "[TEST] Flood risk up in Example" in to_line.body.decode()
    assert "[ทดสอบ]" in to_hook.document["message"]["subject"]  # type: ignore[index]
    assert "ไม่มีเหตุการณ์จริง" in to_hook.document["message"]["text"]  # type: ignore[index]
    assert list(office.lake.list("alerts/")) == []


def test_one_of_them_may_be_tested(office: Office, server: PlannedServer) -> None:
    ran = run(office, server, "alerts", "test", "--to", "sirens", "--json")

    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {"to": "sirens", "channel": "webhook", "problem": "", "sent": True}
    ]
    assert len(server.asked) == 1


def test_a_test_that_fails_is_told_without_secret_and_address_and_the_others_go_on(
    office: Office, server: PlannedServer
) -> None:
    said = Reply(401, f"{TOKEN} is not the token of {USER}".encode())
    server.replies(said, Reply())

    ran = run(office, server, "alerts", "test")

    assert ran.returncode == 1
    first, second = ran.stdout.splitlines()
    assert first.startswith("room (line): FAILED · ไม่สำเร็จ: 127.0.0.1:")
    assert "*** is not the token of ***" in first
    assert second == "sirens (webhook): sent · ส่งแล้ว"


@pytest.mark.parametrize(
    ("duty", "words", "told"),
    [
        ("", (), "nobody is on the duty list .*duty.yaml; docs/operations.md"),
        (LIST, ("--to", "rom"), "has the id 'rom'; did you mean 'room'"),
        (LIST.replace("th", "xx") + "x", (), "is not YAML|duty list"),
    ],
)
def test_who_cannot_be_tested_is_one_line(office, server, duty, words, told) -> None:  # type: ignore[no-untyped-def]
    office.duty(duty)

    ran = run(office, server, "alerts", "test", *words)

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1
    assert re.search(told, ran.stderr)


def test_the_list_says_what_is_open_what_failed_and_why_and_what_was_sent(
    office: Office, server: PlannedServer
) -> None:
    office.duty(LIST)
    office.phones["email"].before = failing(Unreachable("mail.example:587 did not answer"))
    office.look(at(1), row(RATSADA, 2), row(WICHIT, 0))

    ran = run(office, server, "alerts", "list")

    assert ran.stdout.splitlines() == [
        "Risk, as told last at 2026-09-12 12:01 · ความเสี่ยงตามที่แจ้งล่าสุด",
        "  830104 Ratsada · รัษฎา: warning · เตือนภัย, since 2026-09-12 12:00",
        "  1 without risk · ไม่มีความเสี่ยง 1 แห่ง",
        "Not sent · ยังส่งไม่ได้",
        "  2026-09-12 12:01 rises Ratsada รัษฎา to town: WAITS · รอส่ง, tried 1 ×: "
        "mail.example:587 did not answer",
        "Sent lately · ส่งแล้วล่าสุด",
        "  2026-09-12 12:01 rises Ratsada รัษฎา to room: sent · ส่งแล้ว",
    ]


def test_the_list_never_calls_unknown_green(office: Office, server: PlannedServer) -> None:
    office.look(at(1), row(RATSADA, 0), row(WICHIT, 0, holds=600))
    office.look(at(50), row(WICHIT, 0, holds=600))

    told = run(office, server, "alerts", "list").stdout
    facts = json.loads(run(office, server, "alerts", "list", "--json").stdout)

    assert "Ratsada · รัษฎา: NOT KNOWN · ไม่ทราบ since 2026-09-12 12:45; last known: normal" in told
    assert "  1 without risk" in told
    assert facts["places"][RATSADA]["unknown_since"] is not None
    assert facts["places"][WICHIT]["unknown_since"] is None


def test_before_the_first_round_the_list_says_so(office: Office, server: PlannedServer) -> None:
    assert "nothing was looked at yet" in run(office, server, "alerts", "list").stdout
    assert json.loads(run(office, server, "alerts", "list", "--json").stdout)["looked_at"] is None


def doctor(office: Office, server: PlannedServer, **more: str) -> tuple[bool, str]:
    checks = json.loads(run(office, server, "doctor", "--json", **more).stdout)
    (found,) = [check for check in checks if check["check"] == "alerts"]
    return found["ok"], found["found"]


def test_doctor_says_who_is_on_duty_and_what_is_missing(
    office: Office, server: PlannedServer
) -> None:
    assert doctor(office, server, CDP_ALERT_LINK="https://flood.example") == (
        True,
        "2 on duty, by line, webhook",
    )
    assert "no warning names a page" in doctor(office, server)[1]

    ok, told = doctor(office, server, CDP_ALERT_LINE_TOKEN="")

    assert (ok, "CDP_ALERT_LINE_TOKEN not set" in told) == (False, True)
    (office.home / "duty.yaml").chmod(0o644)
    ok, told = doctor(office, server)
    assert (ok, "WARNING: everybody on this machine may read" in told) == (True, True)
    office.duty("")
    assert doctor(office, server) == (
        True,
        f"nobody is on the duty list {office.home / 'duty.yaml'}: of a flood nobody is told",
    )
    office.duty("dooty: []")
    assert doctor(office, server)[0] is False


def test_doctor_tells_whom_a_warning_did_not_reach(office: Office, server: PlannedServer) -> None:
    office.phones["line"].before = failing(Unreachable("no answer"))
    office.look(at(1), row(RATSADA, 2))

    ok, told = doctor(office, server)

    assert not ok
    assert "1 warning did not reach" in told
    assert "to room (waiting): no answer; cdp alerts list" in told
    office.look(at(2), row(RATSADA, 2))
    assert doctor(office, server)[0]


def test_verify_names_a_damaged_record_of_warnings(office: Office, server: PlannedServer) -> None:
    office.look(at(1), row(RATSADA, 2))
    assert run(office, server, "verify").returncode == 0
    key = "alerts/flood/00000001.json"
    office.lake.put(key, office.lake.get(key).replace(b'"level":2', b'"level":3'))

    ran = run(office, server, "verify", "--json")

    assert [each["key"] for each in json.loads(ran.stdout)["damaged"]] == ["alerts/flood/"]


def test_a_warning_of_a_simulated_home_says_so(office: Office, server: PlannedServer) -> None:
    mark_simulated(office.lake)
    office.look(at(1), row(RATSADA, 2))

    (parcel,) = office.phones["line"].came
    assert parcel.message.subject == "[SIMULATED] Flood risk up in Ratsada: warning"
    assert "not for decisions about the real one" in parcel.message.text
