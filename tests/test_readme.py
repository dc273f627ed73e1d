"""Every command and every snippet in the README works, in a copy of the checkout after a demo.

Belongs here: what the README shows. `make` targets are looked up, not run: they take minutes, and
what they start has tests of its own. Does not belong here: links (`test_project.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.checkout import ROOT, files

README = ROOT / "README.md"
if not README.exists():
    pytest.skip("there is no README.md yet", allow_module_level=True)

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
SHOWN_ONLY = {"text", "yaml", "json", "mermaid"}
# Commands that stand for something else here, and those that are run as they are.
STAND_INS = {"make": 'command make --dry-run "$@" >/dev/null', "git": "true", "cd": "true"}
RUN = {"cat", "cdp", "cp", "export", "head", "ls"}
RUNNERS = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "sql": [sys.executable, "-c", "import duckdb, sys; duckdb.sql(sys.argv[1]).show()"],
}


@dataclass(frozen=True)
class Block:
    """A fenced block of the README."""

    tag: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Its commands, where it is a block of those."""
        whole = self.text.replace("\\\n", " ").splitlines() if self.tag == "sh" else []
        return [line for line in whole if line.strip() and not line.startswith("#")]

    @property
    def needs_demo(self) -> bool:
        """Whether anything in it looks at what a demo left."""
        return self.tag != "sh" or any(line.split()[0] in RUN for line in self.commands)

    @property
    def name(self) -> str:
        """How a failing test is called."""
        return next(iter(self.commands), self.text.strip().split("\n")[-1])[:60]


BLOCKS = [Block(tag, text) for tag, text in FENCE.findall(README.read_text("utf-8"))]
LIVE = [block for block in BLOCKS if block.tag in RUNNERS]


def test_every_block_says_what_it_is():
    assert {block.tag for block in BLOCKS} <= SHOWN_ONLY | set(RUNNERS)


def test_every_command_is_one_that_this_test_knows_how_to_run():
    commands = [command for block in BLOCKS for command in block.commands]

    assert {"make demo", "make test"} <= {command.split("#")[0].strip() for command in commands}
    assert {command.split()[0] for command in commands} <= RUN | set(STAND_INS)


@pytest.mark.whole
@pytest.mark.parametrize("block", LIVE, ids=lambda block: block.name)
def test_what_the_readme_shows_works(block, tmp_path, request):
    checkout = tmp_path / "checkout"
    for path in files():
        copy = checkout / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    if block.needs_demo:
        home = request.getfixturevalue("demo_home")
        # Another test may be serving the city of this home just now; readers do not need it.
        shutil.copytree(home, checkout / ".cdp", ignore=shutil.ignore_patterns("city"))

    run = subprocess.run(
        [*RUNNERS[block.tag], with_stand_ins(block)],
        cwd=checkout,
        env=clean_environment(checkout),
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def with_stand_ins(block: Block) -> str:
    functions = [f"{name}() {{ {body}; }}" for name, body in STAND_INS.items()]
    return "\n".join([*functions, block.text]) if block.tag == "sh" else block.text


def clean_environment(checkout: Path) -> dict[str, str]:
    """A reader's: no settings, the commands of the environment, the code of the copy."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CDP_", "MAKE"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    return {**kept, "PATH": path, "PYTHONPATH": str(checkout)}
