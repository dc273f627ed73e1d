"""Nothing in scratch outlives its run: what a killed process left is gone after the next start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.errors import PermanentError
from ingestion.scratch import run_folder, scratch_folder, sweep, use
from ingestion.settings import Settings
from tests.checkout import ROOT

PLANTS = """
import sys
from pathlib import Path
from ingestion.scratch import scratch_folder
with scratch_folder("parse", Path({root!r})) as folder:
    (folder / "deep").mkdir()
    (folder / "deep" / "plain").write_text("AA:BB:CC:DD:EE:01")
    print("planted", flush=True)
    sys.stdin.read()
"""


def planter(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PLANTS.format(root=str(root))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout
    assert process.stdout.readline() == "planted\n"
    return process


def files(root: Path) -> list[str]:
    return [path.name for path in root.rglob("plain")]


def test_a_folder_is_empty_at_first_and_gone_at_the_end(tmp_path: Path) -> None:
    with scratch_folder("a", tmp_path / "s") as one, scratch_folder("a", tmp_path / "s") as two:
        assert one != two
        assert list(one.iterdir()) == []
        (one / "plain").write_text("x")

    assert not one.exists()
    assert files(tmp_path) == []


def test_nobody_else_may_look(tmp_path: Path) -> None:
    root = tmp_path / "s"
    root.mkdir(mode=0o755)

    with scratch_folder("a", root) as folder:
        (folder / "plain").write_text("x")
        modes = {stat.S_IMODE(p.stat().st_mode) for p in (root, folder.parent, folder)}

    assert modes == {0o700}


@pytest.mark.parametrize("signal", ["KILL", "TERM"])
def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_stays(
    tmp_path: Path, signal: str
) -> None:
    living, killed = planter(tmp_path / "s"), planter(tmp_path / "s")
    with living, killed:
        killed.send_signal({"KILL": 9, "TERM": 15}[signal])
        killed.wait()
        assert len(files(tmp_path)) == 2

        swept = use(Settings(home=tmp_path, scratch=tmp_path / "s"))

        assert swept == 1
        assert len(files(tmp_path)) == 1
        assert living.stdin
        living.stdin.close()
    assert list((tmp_path / "s").iterdir()) == []  # what ends by itself leaves nothing


def test_no_link_in_the_place_of_a_run_is_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "s", tmp_path / "outside"
    outside.mkdir()
    (outside / "plain").write_text("x")
    root.mkdir()
    (root / "1-0123456789ab").symlink_to(outside)
    (root / "2-0123456789ab").write_text("x")
    (root / "3-0123456789ab.lock").touch()

    sweep(root)

    assert list(root.iterdir()) == []
    assert files(outside) == ["plain"]


def test_a_folder_with_something_else_in_it_keeps_that_and_its_rights(tmp_path: Path) -> None:
    for name in ("lake/raw/plain", "keys/master.key", "catalog.lock", "plain"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    tmp_path.chmod(0o1777)
    before = {path: path.stat() for path in tmp_path.rglob("*")}

    swept = use(Settings(home=tmp_path, scratch=tmp_path))
    with scratch_folder("a", tmp_path) as folder:
        mode = stat.S_IMODE(folder.parent.stat().st_mode)

    assert swept == 0
    assert before.keys() <= set(tmp_path.rglob("*"))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
    assert mode == 0o700


def test_many_who_begin_and_sweep_at_once_lose_nothing(tmp_path: Path) -> None:
    root = tmp_path / "s"

    def begin(n: int) -> bool:
        if n % 2:
            sweep(root)
            return True
        code = PLANTS.format(root=str(root)).replace("sys.stdin.read()", "print(folder.exists())")
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        return "True" in ran.stdout

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(begin, range(8)))
    sweep(root)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("store", ["lake", "open", "lake/tmp", "open/x/y"])
def test_a_store_is_no_place_for_scratch(tmp_path: Path, store: str) -> None:
    with pytest.raises(PermanentError, match="CDP_SCRATCH"):
        use(Settings(home=tmp_path, scratch=tmp_path / store))


def test_a_scratch_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(PermanentError, match="CDP_SCRATCH"):
        run_folder(tmp_path / "file" / "scratch")


def test_a_forked_process_has_a_folder_of_its_own(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom ingestion.scratch import run_folder\n"
        f"root = Path({str(tmp_path / 's')!r})\nmine = run_folder(root)\nsys.stdout.flush()\n"
        "child = os.fork()\n"
        "if not child:\n    os._exit(run_folder(root) == mine)\n"
        "status = os.waitpid(child, 0)[1]\nprint(status, mine.is_dir())\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout.split() == ["0", "True"]
    assert os.environ.get("CDP_SCRATCH") is None
