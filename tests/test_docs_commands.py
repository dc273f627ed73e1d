"""Every command and every option that a document names exists, as does every file under its name.

Belongs here: what can be looked up without running anything. Does not belong here: running what the
documents show (`test_readme.py`, `test_docs_contract.py`), links (`test_project.py`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

from orchestration.cli import app
from tests.checkout import ROOT, files, shown

DOCUMENTS = [path for path in files(".md") if not shown(path).startswith("tests/")]
SPOKEN = re.compile(r"`(cdp [^`]*)`")
FENCED = re.compile(r"^```(?:sh|text)\n(.*?)^```$", re.M | re.S)
TARGETS = re.compile(r"\bmake ([a-z]+)\b")


def commands(text: str) -> Iterator[str]:
    """What a document says in code, up to the first word that is not of the command."""
    yield from SPOKEN.findall(text)
    for block in FENCED.findall(text):
        for line in block.splitlines():
            if line.startswith("cdp "):
                yield line.split("  ")[0]


@cache
def root() -> TyperGroup:
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


def mistake(line: str) -> str | None:
    """What of a command does not exist."""
    words = shlex.split(line.replace("[", "").replace("]", "").replace("…", ""))[1:]
    command: Any = root()
    while isinstance(command, TyperGroup):
        if not words or words[0].startswith("-"):
            return None
        name = words.pop(0)
        if name not in command.commands:
            return f"{line}: there is no command {name}"
        command = command.commands[name]
    known = {option for each in command.params for option in each.opts} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"{line}: there is no option {unknown[0]}" if unknown else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_command_and_option_that_a_document_names_exists(path) -> None:  # type: ignore[no-untyped-def]
    wrong = [found for line in commands(path.read_text("utf-8")) if (found := mistake(line))]

    assert not wrong, "\n".join(wrong)


def test_a_command_or_an_option_that_is_not_there_would_be_found() -> None:
    assert mistake("cdp release unpublish rain_daily") is not None
    assert mistake("cdp release verify --quickly") is not None
    assert mistake("cdp new table") is not None
    assert mistake("cdp try CONTRACT FILE… [--out DIR]") is None
    assert sum(len(list(commands(path.read_text("utf-8")))) for path in DOCUMENTS) > 40


def test_every_target_that_a_document_names_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    for path in DOCUMENTS:
        code = re.findall(r"`(make [^`]*)`", path.read_text("utf-8"))
        named = {target for said in code for target in TARGETS.findall(said)}
        assert named - targets == set(), shown(path)


def test_commands_that_the_readme_says_take_json_do() -> None:
    """Every command that lists, judges or checks; not those that run until they are stopped."""
    without = {
        *("city describe", "city serve", "city write", "generate", "new product", "new source"),
        *("portal", "ui", "quarantine show", "release refresh", "release rollback", "release show"),
        *("vault adopt", "vault erase", "clock confirm"),
    }

    found = {name for name, command in leaves(root(), ()) if "--json" not in options(command)}

    assert found == without


def leaves(group: TyperGroup, above: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from leaves(command, (*above, name))
        else:
            yield " ".join((*above, name)), command


def options(command: Any) -> set[str]:
    return {option for each in command.params for option in each.opts}
