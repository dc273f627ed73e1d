"""One process of all machines holds the lake; who was silent for too long commits nothing more."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys, open_store
from ingestion.storage.lease import LeaseLost, fence, holder, lease, lease_key, lease_number
from tests.checkout import ROOT
from tests.support.s3_server import S3Server

HOLDS = """
import sys
from pathlib import Path
from ingestion.settings import load_settings
from ingestion.storage import open_store
from ingestion.storage.lease import LeaseLost, fence, lease
home = Path(sys.argv[2]); home.mkdir(exist_ok=True)
with lease(open_store(sys.argv[1], load_settings()), home, 1):
    print("held", fence(), flush=True)
    input()
    try:
        print("commits", fence(), flush=True)
    except LeaseLost as lost:
        print("lost", lost.message, flush=True)
"""


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Settings, dict[str, str]]:
    """The address of a lake, and what its users must be told."""
    if request.param == "folder":
        return str(tmp_path / "lake"), Settings(home=tmp_path), {}
    server: S3Server = request.getfixturevalue("s3_server")
    url = f"s3://{server.fresh_bucket()}/lake"
    return url, server.settings(home=tmp_path), server.environment()


@pytest.fixture
def lake(place: tuple[str, Settings, dict[str, str]]) -> ObjectStore:
    return open_store(*place[:2])


@contextmanager
def another(
    place: tuple[str, Settings, dict[str, str]], home: Path
) -> Iterator[subprocess.Popen[str]]:
    """A real process with a home of its own that holds the lake until it is told to go on."""
    import os

    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, place[0], str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | place[2] | {"CDP_HOME": str(home), "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("held")
        try:
            yield process
        finally:
            process.kill()


def home(tmp_path: Path, name: str = "mine") -> Path:
    (tmp_path / name).mkdir(exist_ok=True)
    return tmp_path / name


def test_leases_are_numbered_and_given_back(lake: ObjectStore, tmp_path: Path) -> None:
    numbers = []
    for _ in range(3):
        with lease(lake, home(tmp_path), 5) as held:
            numbers.append(fence())
            found = holder(lake)
            assert found is not None
            assert found.home == str(home(tmp_path))
            assert held.number == numbers[-1]
        assert holder(lake) is None

    assert numbers == [1, 2, 3]
    assert fence() == 0
    assert {lease_number(info.key) for info in lake.list(keys.LEASE)} == {3}


def test_a_living_holder_is_waited_for_by_name(
    lake: ObjectStore, place: tuple[str, Settings, dict[str, str]], tmp_path: Path
) -> None:
    told = list[str]()
    waits = threading.Event()

    def tell(text: str) -> None:
        told.append(text)
        waits.set()

    with another(place, tmp_path / "other") as process:
        assert process.stdin is not None
        goes_on = threading.Timer(3, lambda: process.communicate("\n"))
        goes_on.start()
        with lease(lake, home(tmp_path), 1, tell):  # three times as long as silence may last
            assert fence() == 2
        goes_on.join()

    (text,) = told
    assert f"waiting for process {process.pid} on " in text
    assert str(tmp_path / "other") in text


def test_whoever_was_killed_is_taken_over(
    lake: ObjectStore, place: tuple[str, Settings, dict[str, str]], tmp_path: Path
) -> None:
    told = list[str]()
    with another(place, tmp_path / "other") as process:
        process.kill()
        with lease(lake, home(tmp_path), 1, told.append):
            assert fence() == 2

    assert "was silent for 1 seconds; taking the lake over" in told[-1]


def test_whoever_was_stopped_and_wakes_up_commits_nothing(
    lake: ObjectStore, place: tuple[str, Settings, dict[str, str]], tmp_path: Path
) -> None:
    with another(place, tmp_path / "other") as process:
        process.send_signal(signal.SIGSTOP)
        with lease(lake, home(tmp_path), 1, lambda _: None):
            process.send_signal(signal.SIGCONT)
            said, _ = process.communicate("\n")
            assert fence() == 2

    assert said.startswith("lost the lease 1 on ")
    assert "took the lake over (2)" in said


def test_after_a_kill_the_same_home_goes_on_at_once(
    lake: ObjectStore, place: tuple[str, Settings, dict[str, str]], tmp_path: Path
) -> None:
    """Its lock is ours, so that whoever held the lake from here is no more."""
    with another(place, home(tmp_path)) as process:
        process.kill()
        told = list[str]()
        with lease(lake, home(tmp_path), 600, told.append):
            assert fence() == 2

    assert told == []


def test_of_many_who_try_at_once_one_holds(lake: ObjectStore, tmp_path: Path) -> None:
    inside, most, numbers = list[int](), list[int](), list[int]()

    def work(n: int) -> None:
        with lease(lake, home(tmp_path, f"home-{n}"), 30, lambda _: None) as held:
            inside.append(n)
            most.append(len(inside))
            numbers.append(held.check())
            inside.remove(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1, 1, 1]
    assert sorted(numbers) == [1, 2, 3]


def test_damaged_words_about_a_lease_stop_nobody(lake: ObjectStore, tmp_path: Path) -> None:
    lake.put(lease_key(4), b"{")
    lake.put(lease_key(4, "beat"), b"\x00")

    with lease(lake, home(tmp_path), 1, lambda _: None):
        assert fence() == 5


def test_a_lease_that_was_lost_is_told_with_what_to_do(lake: ObjectStore, tmp_path: Path) -> None:
    with lease(lake, home(tmp_path), 60):
        lake.put(lease_key(2), b"{}")
        with pytest.raises(LeaseLost, match="run again"):
            fence()
