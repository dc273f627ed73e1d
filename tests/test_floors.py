"""The floors of `ingestion/` and the house as a whole: nothing leans on what stands above it.

Belongs here: which part may import which, circles of imports, and how many files a folder holds.
Does not belong here: the rooms beside each other (`test_architecture.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.checkout import ROOMS, files, shown
from tests.test_architecture import imports, module_name, parsed

# From the ground up: a part of ingestion imports only from the floors below its own.
FLOORS = (
    ("clock", "errors"),
    ("faults", "locking", "sealed", "settings", "written_part"),
    ("codes_page", "limits", "scratch", "secret_texts", "words"),
    ("engine", "places", "records", "storage"),
    ("clock_trust", "contracts"),
    ("connectors", "fields"),
    ("formats", "sources"),
    ("privacy",),
    ("judging",),
    ("deliveries",),
    ("scaffold",),
)
MOST_FILES = 16

Graph = Mapping[str, set[str]]


def modules() -> dict[str, set[str]]:
    """Every module of the house, and the modules of the house that it imports, wherever."""
    trees = {module_name(path): tree for path, tree in parsed(*ROOMS)}
    return {name: set(_imported(tree, trees)) - {name} for name, tree in trees.items()}


def _imported(tree: object, known: Mapping[str, object]) -> Iterator[str]:
    for _, full in imports(tree):  # type: ignore[arg-type]
        name = full if full in known else full.rpartition(".")[0]
        if name in known:
            yield name


def part(module: str) -> str:
    """The part of ingestion that a module belongs to; empty for the room itself."""
    return module.split(".")[1] if "." in module else ""


def against_the_floors(graph: Graph) -> list[str]:
    height = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    return [
        f"{module} imports {other}"
        for module, others in sorted(graph.items())
        for other in sorted(others)
        if module.startswith("ingestion.") and other.startswith("ingestion.")
        if part(module) != part(other) and height[part(module)] <= height[part(other)]
    ]


def circle(graph: Graph) -> list[str]:
    """One circle of imports, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_every_part_of_ingestion_has_its_floor():
    parts = {part(module_name(path)) for path in files(".py", "ingestion")} - {""}

    assert parts == {name for names in FLOORS for name in names}


def test_a_part_of_ingestion_imports_only_from_the_floors_below():
    assert against_the_floors(modules()) == []


def test_no_module_imports_itself_by_way_of_others():
    assert circle(modules()) == []


@pytest.mark.parametrize("room", ["city"])
def test_no_part_of_a_building_imports_itself_by_way_of_others(room: str):
    parts: dict[str, set[str]] = {}
    for module, others in modules().items():
        if module.startswith(f"{room}."):
            near = {part(other) for other in others if other.startswith(f"{room}.")}
            parts.setdefault(part(module), set()).update(near - {part(module)})

    assert circle(parts) == []


def test_what_leans_on_a_floor_above_and_what_runs_in_a_circle_is_seen():
    graph = {
        "ingestion.fields.text": {"ingestion.judging.sifting"},
        "ingestion.judging.sifting": set(),
    }

    assert against_the_floors(graph) == ["ingestion.fields.text imports ingestion.judging.sifting"]
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_a_folder_holds_no_more_files_than_a_reader_takes_in_at_a_glance():
    folders = Counter(shown(path.parent) for path in files(".py", "ingestion", "city"))

    crowded = {folder: count for folder, count in folders.items() if count > MOST_FILES}
    assert crowded == {}
