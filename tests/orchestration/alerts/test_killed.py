"""A real process that warns over real sockets and is killed for good in the midst of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.orchestration.alerts.rows import RATSADA, at, row
from tests.support.commands import environment
from tests.support.planned_server import Asked, PlannedServer, Reply, planned_server

USER = "U00000000000000000000000000000001"
LIST = f"duty:\n  - {{id: room, channel: line, to: [{USER}], language: en}}\n"
PROGRAM = f"""
from orchestration.alerts.model import Risk
from orchestration.alerts.warning import warn
from orchestration.deployment import open_deployment
warn(open_deployment(), [Risk.model_validate_json({row(RATSADA, 2).model_dump_json()!r})])
"""


class Phone:
    """LINE, which takes a message and, for the first time, never says so."""

    def __init__(self, server: PlannedServer) -> None:
        self.taken: list[str] = []
        self.came = threading.Event()
        server.answer = self.answer

    def answer(self, asked: Asked) -> Reply:
        key = asked.headers["x-line-retry-key"]
        if key in self.taken:
            return Reply(409)
        self.taken.append(key)
        self.came.set()
        return Reply(silent=True)


@pytest.mark.whole
def test_a_worker_killed_after_line_took_the_message_sends_no_second_one(tmp_path: Path) -> None:
    (tmp_path / "duty.yaml").write_text(LIST, "utf-8")
    with planned_server() as server:
        phone = Phone(server)
        settings = {
            "CDP_ALERT_LINE_URL": server.url,
            "CDP_ALERT_LINE_TOKEN": "a token",
            "CDP_NOW": at(1).isoformat(),
        }
        begun = [sys.executable, "-c", PROGRAM]
        where = {"cwd": ROOT, "env": environment(tmp_path, **settings)}
        worker = subprocess.Popen(begun, **where)  # type: ignore[call-overload]
        assert phone.came.wait(60)
        worker.kill()
        worker.wait()

        subprocess.run(begun, check=True, **where)  # type: ignore[call-overload]
        subprocess.run(begun, check=True, **where)  # type: ignore[call-overload]

        assert len(phone.taken) == 1
        assert len(server.asked) == 2
