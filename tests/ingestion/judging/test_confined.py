"""A parser that a file has taken over sees that file and Python, and reaches nobody."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.privacy.key_store import KeyStore
from ingestion.settings import PROJECT, Settings
from tests.support.hostile import TakenOver
from tests.support.judging import DELIVERY, NOW, csv_of, good_rows, readings

WITHOUT_CHECKS = "import sys, ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
"""Past Python and its hooks, as code that was brought in would go."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with TakenOver() as sandbox:
        yield sandbox


def obeyed(sandbox: Sandbox, folder: Path, code: str) -> ParseOutcome:
    (folder / "work").mkdir(exist_ok=True)
    (folder / "file").write_text(f"!{code}")
    return sandbox.parse(Job(readings(), folder / "file", folder / "work", DELIVERY, NOW))


def needs(sandbox: Sandbox, what: str) -> None:
    if what not in sandbox.kept_from:
        pytest.skip(f"this system cannot keep a process from {what} (Linux 5.19 with Landlock)")


def refused_by_the_system(outcome: ParseOutcome) -> bool:
    return "Operation not permitted" in outcome.message or "Permission denied" in outcome.message


def test_what_lies_outside_cannot_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    needs(sandbox, "files")
    (tmp_path / "secret").write_text("planted")
    KeyStore.of(Settings(home=tmp_path)).obtain("master/vault")
    places = [
        *(tmp_path / "secret", tmp_path / "keys/master/vault.key", PROJECT / "README.md"),
        *(Path("/etc/passwd"), Path(f"/proc/{os.getpid()}/environ")),
    ]
    for place in places:
        outcome = obeyed(sandbox, tmp_path, f"open({str(place)!r}, 'rb').read()")
        assert refused_by_the_system(outcome), (place, outcome.message)
    listed = obeyed(sandbox, tmp_path, f"import os; os.listdir({str(tmp_path)!r})")
    assert refused_by_the_system(listed)


@pytest.mark.parametrize(
    "deed",
    [
        "open('{outside}/new', 'w')",
        "import os; os.truncate('{outside}/secret', 0)",
        "import os; os.unlink('{outside}/secret')",
        "import os; os.rename('{outside}/secret', work / 'x')",
        "import os; os.link('{outside}/secret', work / 'x')",
        "import os; os.symlink('{outside}/secret', work / 'x')",
        "path.write_text('another file')",
        "import os; os.mkfifo(work / 'x')",
    ],
)
def test_nothing_is_written_but_results(sandbox: Sandbox, tmp_path: Path, deed: str) -> None:
    needs(sandbox, "files")
    (tmp_path / "secret").write_text("planted")

    outcome = obeyed(sandbox, tmp_path, deed.format(outside=tmp_path))

    assert outcome.code == "parser_defect"
    assert any(f"[Errno {number}]" in outcome.message for number in (1, 13, 18)), outcome.message
    assert (tmp_path / "secret").read_text() == "planted"


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_no_socket_is_opened(sandbox: Sandbox, tmp_path: Path, kind: str) -> None:
    needs(sandbox, "network")
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        code = (
            f"{WITHOUT_CHECKS}got = libc.socket({int(family)}, {int(getattr(socket, kind))}, 0)\n"
            "raise OSError(ctypes.get_errno(), f'no socket {got}')"
        )
        outcome = obeyed(sandbox, tmp_path, code)
        assert "[Errno 1] no socket -1" in outcome.message, outcome.message


def test_python_says_so_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = server.getsockname()
        code = f"import socket; socket.create_connection({at!r}, timeout=5)"
        outcome = obeyed(sandbox, tmp_path, code)

    assert outcome.code == "parser_defect"


@pytest.mark.parametrize(
    "deed",
    [
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.kill(os.getppid(), 0)",
        "import os; os.kill(0, 0)",
        "import os; os.kill(-1, 0)",
        "import os; os.pidfd_open(os.getppid())",
        f"{WITHOUT_CHECKS}libc.ptrace(16, {os.getppid()}, 0, 0) or 0\n"
        "raise OSError(ctypes.get_errno(), 'Operation not permitted')",
    ],
)
def test_no_other_process_is_made_or_touched(sandbox: Sandbox, tmp_path: Path, deed: str) -> None:
    needs(sandbox, "calls")

    outcome = obeyed(sandbox, tmp_path, deed)

    assert outcome.code == "parser_defect", outcome
    assert "Errno 1]" in outcome.message, outcome.message


def test_threads_and_the_engine_work(sandbox: Sandbox, tmp_path: Path) -> None:
    code = (
        "import threading, duckdb\nfrom ingestion.judging.messages import Failure\nran = []\n"
        "thread = threading.Thread(target=lambda: ran.append(1))\nthread.start(); thread.join()\n"
        "con = duckdb.connect(); con.execute('set threads = 4')\n"
        "total = con.sql('select sum(range) from range(3000000)').fetchone()[0]\n"
        "answer = Failure('defect', f'{ran} {total}')"
    )

    assert "([1] 4499998500000)" in obeyed(sandbox, tmp_path, code).message


def test_the_verdict_is_the_same_where_the_system_can_keep_nobody_from_anything(
    tmp_path: Path,
) -> None:
    class Unconfined(Sandbox):
        module = "tests.support.unconfined"

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").write_text(csv_of(*good_rows(5), "x"))
    job = Job(readings(), tmp_path / "file", tmp_path / "a", DELIVERY, NOW)
    with Sandbox() as confined, Unconfined() as open_:
        first = confined.parse(job)
        second = open_.parse(Job(readings(), tmp_path / "file", tmp_path / "b", DELIVERY, NOW))
        assert open_.kept_from == ()

    assert first == second
    made = [{p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("a", "b")]
    assert made[0] == made[1] != {}
