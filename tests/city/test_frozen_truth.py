"""The truth is frozen: rules that were tuned on it stay comparable until its version says not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from city.city import demo_city
from city.registers.stations import stations
from city.truth.version import TRUTH_VERSION, TUNED_ON
from tests.city import truth_tables
from tests.city.truth_tables import FROZEN, _bytes, digests, freeze


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    return digests()


def test_the_truth_is_that_of_its_version(now: dict[str, str]) -> None:
    frozen = json.loads(FROZEN.read_text("utf-8"))
    changed = sorted(
        name for name in {*now, *frozen["tables"]} if now.get(name) != frozen["tables"].get(name)
    )

    assert changed == [], (
        f"the truth of the city changed ({', '.join(changed)}). If it was not meant to: draw anew "
        "from a stream of another name (city/chance.py). If it was: raise TRUTH_VERSION in "
        "city/truth/version.py, run python -m tests.city.truth_tables, and say in CHANGELOG.md and "
        "docs/decisions.md what changed; scores of rules have to be taken again"
    )
    assert frozen["version"] == TRUTH_VERSION


def test_a_changed_truth_is_not_frozen_under_an_old_version(
    tmp_path: Path, now: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "frozen.json"
    monkeypatch.setattr(truth_tables, "digests", lambda: now)
    assert freeze(path, version=3).startswith("version 3 ")
    before = path.read_text("utf-8")
    assert freeze(path, version=4).startswith("nothing to do")

    monkeypatch.setattr(truth_tables, "digests", lambda: {**now, "weather/rain": "0" * 16})

    for version in (2, 3):
        assert freeze(path, version=version).startswith("not written")
        assert path.read_text("utf-8") == before
    assert freeze(path, version=4).startswith("version 4 ")
    assert json.loads(path.read_text("utf-8"))["tables"]["weather/rain"] == "0" * 16


def test_every_module_of_the_truth_is_in_a_table() -> None:
    said = Path(truth_tables.__file__).read_text("utf-8")
    modules = {
        path.stem
        for path in Path(FROZEN.parents[2] / "city").glob("truth/**/*.py")
        if path.stem not in ("__init__", "version", "recorded_storms")  # part of `rain`
    }
    registers = {path.stem for path in Path(FROZEN.parents[2] / "city/registers").glob("*.py")}

    for name in (modules | registers) - {"__init__"}:
        assert f"{name}." in said, name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.zeros((2, 3), dtype=np.int64), np.zeros((3, 2), dtype=np.int64)),
        (np.array([1, 2]), np.array([2, 1])),
        ({"a": np.array([1])}, {"b": np.array([1])}),
        (stations()[0], replace(stations()[0], latitude=1)),
        ((1, (2, 3)), ((1, 2), 3)),
        (("ab", "c"), ("a", "bc")),
    ],
)
def test_tables_that_differ_have_other_bytes(one: object, other: object) -> None:
    assert _bytes(one) == _bytes(one) != _bytes(other)


def test_the_demo_is_a_city_that_no_rule_was_tuned_on() -> None:
    assert demo_city().seed not in TUNED_ON
    assert truth_tables.SEEDS == (1, 2, 3)
