"""The files of this checkout, as git sees them, for the tests about the project itself.

Does not belong here: anything about what the platform does.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From left to right: a room imports only from rooms before it.
ROOMS = ("ingestion", "dbt_project", "expectations", "publication", "city", "orchestration")


@cache
def files(suffix: str = "", *folders: str) -> tuple[Path, ...]:
    """What is committed or would be: with that suffix, below those folders; everything without."""
    command = [
        "git",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        *folders,
    ]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.name.endswith(suffix) and path.is_file())


def copied_to(folder: Path) -> Path:
    """Copy all of it there, for a test that changes the project."""
    for path in files():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return folder


def lines(path: Path) -> list[str]:
    """The lines of a text file of the project."""
    return path.read_text("utf-8").splitlines()


def shown(path: Path) -> str:
    """A file's name as the reader of a failing test knows it."""
    return path.relative_to(ROOT).as_posix()
