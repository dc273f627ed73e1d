"""A verdict is bound to all code that it rests on, and to no other."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from expectations import own_code
from expectations.gate import gate_sha256
from expectations.own_code import PROJECT, code_behind, code_sha256

ROOMS = ("ingestion", "dbt_project", "expectations", "publication", "orchestration")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the project, that a test may change and must change back."""
    folder = tmp_path_factory.mktemp("project")
    for room in ROOMS:
        for path in (PROJECT / room).rglob("*.py"):
            target = folder / path.relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return folder


def hash_after_a_change(project: Path, file: str) -> str:
    """The gate's hash when one byte is added to a file; afterwards the file is as it was."""
    path = project / file
    before = path.read_bytes()
    path.write_bytes(before + b"#")
    try:
        return code_sha256("expectations.gate", project)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    "file",
    [
        "expectations/gate.py",
        "expectations/standard.py",
        "expectations/finality.py",
        "expectations/text_cells.py",
        pytest.param("expectations/validation.py", id="imported in a function"),
        pytest.param("expectations/row_query.py", id="imported there in a function"),
        pytest.param("expectations/vocabulary.py", id="imported by a lazy import of another"),
        "ingestion/privacy/personal.py",
        "ingestion/words/strict_yaml.py",
        "ingestion/contracts/words.py",
        pytest.param("ingestion/contracts/__init__.py", id="run by an import of what is in it"),
        "dbt_project/products.py",
        "dbt_project/lineage.py",
    ],
)
def test_a_change_of_what_a_rule_calls_is_another_gate(copied: Path, file: str) -> None:
    assert hash_after_a_change(copied, file) != code_sha256("expectations.gate", copied)


@pytest.mark.parametrize(
    "file",
    [
        "ingestion/fields/number.py",
        "ingestion/connectors/http/client.py",
        "ingestion/sources/loading.py",
        "dbt_project/sources.py",
        "publication/pages.py",
        "orchestration/gating.py",
    ],
)
def test_a_change_of_what_no_rule_calls_is_the_same_gate(copied: Path, file: str) -> None:
    assert hash_after_a_change(copied, file) == code_sha256("expectations.gate", copied)


def test_every_module_of_the_gate_counts(copied: Path) -> None:
    own = {
        f"expectations.{path.stem}"
        for path in (copied / "expectations").glob("*.py")
        if path.stem != "__init__"
    }

    assert own <= set(code_behind("expectations.gate", copied).files)


def test_the_code_is_the_same_gate_wherever_it_lies(copied: Path) -> None:
    assert code_sha256("expectations.gate", copied) == gate_sha256()


@pytest.mark.parametrize(
    "library", ["great_expectations", "pandas", "pyarrow", "duckdb", "pydantic", "PyYAML"]
)
def test_another_version_of_a_library_that_judges_is_another_gate(
    copied: Path, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = own_code.version
    before = code_sha256("expectations.gate", copied)

    monkeypatch.setattr(own_code, "version", lambda n: "9.9" if n == library else now(n))

    assert code_sha256("expectations.gate", copied) != before


def test_another_python_is_another_gate(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_sha256("expectations.gate", copied)

    monkeypatch.setattr(own_code.platform, "python_version", lambda: "3.99.0")

    assert code_sha256("expectations.gate", copied) != before


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("import room.judge", True),
        ("import room.judge as asked", True),
        ("from room import judge", True),
        ("from room.judge import verdict", True),
        ("from . import judge", True),
        ("from .judge import verdict", True),
        ("def later():\n    from room import judge", True),
        ("class A:\n    def later(self):\n        import room.judge", True),
        ("try:\n    import room.judge\nexcept ImportError:\n    pass", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import room.judge", False),
        ("import typing\nif typing.TYPE_CHECKING:\n    import room.judge", False),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\n"
            "else:\n    import room.judge",
            True,
        ),
        ("from room import other", False),
        ("# import room.judge", False),
        ("'import room.judge'", False),
    ],
)
def test_whatever_form_an_import_has_it_is_followed_when_it_is_run(
    tmp_path: Path, text: str, follows: bool
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").write_text("other = 1\n")
    (room / "judge.py").write_text("verdict = 'passed'\n")
    (room / "gate.py").write_text(text)

    assert ("room.judge" in code_behind("room.gate", tmp_path).files) is follows


def test_a_name_that_a_package_hands_on_is_followed_through_it(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").write_text("from room.judge import verdict\n")
    (room / "judge.py").write_text("import duckdb\nverdict = 'passed'\n")
    (room / "gate.py").write_text("from room import verdict\n")

    code = code_behind("room.gate", tmp_path)

    assert set(code.files) == {"room", "room.gate", "room.judge"}
    assert code.libraries == {"duckdb"}


def test_circles_of_imports_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import b\n")
    (tmp_path / "b.py").write_text("import a\n")

    assert set(code_behind("a", tmp_path).files) == {"a", "b"}


def test_no_rule_imports_in_a_way_that_cannot_be_followed() -> None:
    hidden = re.compile(r"import_module|__import__|\bexec\(|\beval\(|run_path|run_module")

    found = [
        name
        for name, path in code_behind("expectations.gate").files.items()
        if hidden.search(path.read_text("utf-8"))
    ]

    assert found == []
