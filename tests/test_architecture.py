"""The rules that keep the project easy to change: who imports whom, how big, how the time is told.

Belongs here: what can be read from the source without running it, and one proof that importing a
room stays cheap. Does not belong here: what the platform does, and the project's papers
(`test_project.py`), and the floors inside a room (`test_floors.py`).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.checkout import ROOMS, ROOT, files, lines, shown

TOP_LEVEL = {
    *(".ci", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md"),
    *("CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "docs", "pyproject.toml"),
    *("requirements.in", "requirements.lock", "tests", *ROOMS),
}
# Where a library may be used at all; one that is not named here may be used in every room.
HOMES = {
    "boto3": {"city", "ingestion"},
    "botocore": {"city", "ingestion"},
    "dagster": {"orchestration"},
    "dagster_dbt": {"orchestration"},
    "dbt": {"dbt_project", "orchestration"},
    "great_expectations": {"expectations"},
    "pyspark": {"dbt_project"},
}
# Seconds and hundreds of megabytes: loaded by the function that needs them, not by every process.
HEAVY = ("dbt", "great_expectations", "pandas")
# Classes of such a library's own kind cannot do without it, so these modules count as heavy too.
EXTENSIONS = ("dbt_project.engine_plugin", "expectations.row_query")
WALL_CLOCK = {
    *("datetime.date.today", "datetime.datetime.now", "datetime.datetime.today"),
    *("datetime.datetime.utcnow", "time.gmtime", "time.localtime", "time.time", "time.time_ns"),
    *("pandas.Timestamp.now", "pandas.Timestamp.today", "pandas.Timestamp.utcnow"),
}
SQL_CLOCK = re.compile(
    r"\b(now|today|get_current_\w+)\s*\(|\bcurrent_(date|time|timestamp)\b", re.I
)
LONGEST_FILE = 300
LONGEST_TEST = 350  # a test file may be one long table of cases
LONGEST_FUNCTION = 45
LONGEST_MODEL = 80


def parsed(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in files(".py", *folders):
        yield path, _tree(path)


@cache  # several rules read every file
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, wherever in the module; an import within the own
    package (`from . import`) crosses no border and is left out."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def imports_on_loading(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The imports that run when the module is loaded: not in a function, not for type checkers."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)
        else:
            yield from imports_on_loading(node)


def is_heavy(name: str) -> bool:
    return any(f"{name}.".startswith(f"{heavy}.") for heavy in (*HEAVY, *EXTENSIONS))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every imported thing that is mentioned, called or not."""
    known: dict[str, str] = {}
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for node in nodes(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, *rest = dotted(node)
            if first in known:
                yield node.lineno, ".".join([known[first], *rest])


def dotted(node: ast.expr) -> list[str]:
    """The names of `a.b.c`; of what does not begin with a name, the first is empty."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "")
    return names[::-1]


def wrong_imports(room: str, tree: ast.Module) -> list[tuple[int, str]]:
    allowed = ROOMS[: ROOMS.index(room) + 1]
    found = []
    for line, name in imports(tree):
        top = name.split(".")[0]
        outside_home = room not in HOMES.get(top, {room})
        to_the_right = top == "tests" or (top in ROOMS and top not in allowed)
        if outside_home or to_the_right:
            found.append((line, name))
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_to_its_left_and_only_its_own_libraries(room):
    offenders = [
        f"{shown(path)}:{line} imports {name}"
        for path, tree in parsed(room)
        for line, name in wrong_imports(room, tree)
    ]

    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("ingestion", "import publication.commits"),
        ("ingestion", "def land():\n    from dbt.cli.main import dbtRunner"),
        ("expectations", "from publication import release"),
        ("publication", "import dagster as dg"),
        ("publication", "from tests.checkout import files"),
        ("orchestration", "import great_expectations"),
    ],
)
def test_an_import_against_the_direction_is_seen_wherever_it_hides(room, source):
    assert wrong_imports(room, ast.parse(source))


def test_heavy_libraries_are_imported_inside_the_functions_that_need_them():
    offenders = [
        f"{shown(path)}:{line} loads {name} with the module"
        for path, tree in parsed(*ROOMS)
        if module_name(path) not in EXTENSIONS
        for line, name in imports_on_loading(tree)
        if is_heavy(name)
    ]

    assert not offenders, "\n".join(offenders)


def test_an_import_on_loading_is_told_from_one_in_a_function_or_for_type_checkers():
    source = (
        "try:\n  import a\nexcept E:\n  pass\nif TYPE_CHECKING:\n  import b\ndef f():\n  import c"
    )

    assert [name for _, name in imports_on_loading(ast.parse(source))] == ["a"]


@pytest.mark.parametrize(
    ("name", "heavy"),
    [
        ("pandas", True),
        ("dbt.cli.main", True),
        ("expectations.row_query.register", True),
        ("dbt_project.products", False),
    ],
)
def test_what_is_heavy_is_told_by_whole_names(name, heavy):
    assert is_heavy(name) is heavy


def test_loading_the_rooms_and_the_command_line_brings_in_no_heavy_library():
    modules = [module_name(path) for path in files(".py", *ROOMS[:-1])]
    modules = [name for name in modules if name not in EXTENSIONS and not name.endswith("__main__")]
    program = (
        "import importlib, sys\n"
        f"for name in {[*modules, 'orchestration.cli']}: importlib.import_module(name)\n"
        f"print(*sorted({set(HEAVY) | {'dagster'}} & set(sys.modules)))"
    )

    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stderr


def test_the_time_comes_from_the_clock_alone():
    offenders = [
        f"{shown(path)}:{line} asks the machine: {name}"
        for path, tree in parsed(*ROOMS)
        if shown(path) != "ingestion/clock.py"
        for line, name in uses(tree)
        if name in WALL_CLOCK
    ]
    offenders += [
        f"{shown(path)}:{number} asks the machine: {line.strip()}"
        for path in files(".sql", "dbt_project")
        for number, line in enumerate(lines(path), 1)
        if SQL_CLOCK.search(line.split("--")[0])
    ]

    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as d\nx = d.date.today",
        "from datetime import datetime as moment\nmoment.now(UTC)",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "import pandas as pd\npd.Timestamp.now()",
    ],
)
def test_a_look_at_the_wall_clock_is_seen_under_any_name(source):
    assert WALL_CLOCK & {name for _, name in uses(ast.parse(source))}


def test_every_module_says_what_belongs_in_it():
    silent = [
        shown(path)
        for path, tree in parsed(*ROOMS, "tests")
        if path.read_text("utf-8").strip() and not ast.get_docstring(tree)
    ]

    assert not silent, "\n".join(silent)


def models() -> tuple[Path, ...]:
    return files(".sql", "dbt_project/models")


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_functions_and_models_stay_small_enough_to_read_at_once():
    sizes = [
        (shown(path), len(lines(path)), LONGEST_TEST if "tests" in path.parts else LONGEST_FILE)
        for path in files(".py")
    ]
    sizes += [(shown(path), len(lines(path)), LONGEST_MODEL) for path in models()]
    for path, tree in parsed():
        sizes += [
            (f"{shown(path)} {name}", length, LONGEST_FUNCTION) for name, length in functions(tree)
        ]

    offenders = [
        f"{what}: {size} lines, at most {most}" for what, size, most in sizes if size > most
    ]
    assert not offenders, "\n".join(offenders)


def test_the_top_level_holds_what_is_needed_and_nothing_more():
    assert {path.relative_to(ROOT).parts[0] for path in files()} == TOP_LEVEL


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_mirrored_under_tests(room):
    assert any(path.name.startswith("test_") for path in files(".py", f"tests/{room}"))
