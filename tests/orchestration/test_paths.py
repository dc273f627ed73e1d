"""Paths are those of whoever typed them, also where the work is done in another folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import duckdb
import pytest
import typer

from ingestion.contracts import SourceContract
from ingestion.settings import Settings
from ingestion.sources import load_contract
from orchestration.cli import app
from orchestration.cli.paths import typed_path
from orchestration.instance import environment_elsewhere
from tests.checkout import ROOT
from tests.support.commands import cdp, installed_cdp

INSIDE = Path("tests/samples/registered_hotels.jsonl")
"""A path that is a file of the checkout."""
SAMPLE = ROOT / INSIDE
LEVELS = ROOT / "tests/samples/canal_levels.csv"


def _one_hotel(folder: Path) -> Path:
    """A file of one good record at the relative path of the sample in the checkout."""
    path = folder / INSIDE
    path.parent.mkdir(parents=True)
    page = json.loads(SAMPLE.read_text("utf-8").splitlines()[0])
    page["result"]["records"] = page["result"]["records"][:1]
    path.write_text(json.dumps(page, ensure_ascii=False) + "\n", "utf-8")
    return path


def test_a_file_is_that_of_the_folder_one_stands_in(tmp_path: Path) -> None:
    ran = cdp(
        *("try", "registered_hotels", "samples/registered_hotels.jsonl", "--json"),
        home=tmp_path,
        cwd=ROOT / "tests",
    )

    facts = json.loads(ran.stdout)
    assert (facts["rows"], facts["accepted"], facts["quarantined"]) == (3, 2, 1)


def test_a_file_of_the_checkout_is_never_judged_in_place_of_ones_own(tmp_path: Path) -> None:
    mine = _one_hotel(tmp_path)

    ran = cdp(
        "try", "registered_hotels", str(INSIDE), "--json", home=tmp_path / "home", cwd=tmp_path
    )

    facts = json.loads(ran.stdout)
    assert (facts["rows"], facts["path"]) == (1, str(mine))


def test_a_contract_and_a_place_for_results_may_be_relative(tmp_path: Path) -> None:
    shutil.copyfile(
        ROOT / "ingestion/contracts/tourism/registered_hotels.yaml", tmp_path / "a.yaml"
    )
    _one_hotel(tmp_path)

    ran = installed_cdp(
        *("try", "a.yaml", str(INSIDE), "--out", "results"), home=tmp_path / "home", cwd=tmp_path
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "results" / INSIDE.name / "accepted.parquet").is_file()


def test_a_draft_is_made_of_the_file_of_the_folder_one_stands_in(tmp_path: Path) -> None:
    mine = tmp_path / "tests/samples/canal_levels.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("place,depth\nKathu,1\nThalang,2\n", "utf-8")

    ran = cdp(
        *("new", "source", "tests/samples/canal_levels.csv", "--out", "drafts"),
        home=tmp_path / "home",
        cwd=tmp_path,
    )

    assert ran.returncode == 0, ran.stderr
    drafted = load_contract(tmp_path / "drafts/canal_levels.yaml")
    assert [field.name for field in drafted.fields] == ["place", "depth"]
    assert "2 rows: 2 accepted" in ran.stdout


def test_a_relative_drop_folder_is_where_one_stands(tmp_path: Path) -> None:
    drop = tmp_path / "tests/samples"
    drop.mkdir(parents=True)
    (drop / "levels_20260108.csv").write_text("place,depth\nKathu,1\n", "utf-8")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "trial_levels.yaml").write_text(_TRIAL, "utf-8")

    ran = cdp(
        *("ingest", "trial_levels", "--day", "2026-01-08", "--json"),
        home=Path("home"),
        cwd=tmp_path,
        CDP_TRIAL_URL="tests/samples",
        CDP_CONTRACTS_OVERLAY="overlay",
    )

    assert json.loads(ran.stdout)["accepted"] == 1, ran.stdout + ran.stderr
    assert (tmp_path / "home/lake").is_dir()


def test_every_path_of_every_command_is_absolute_at_the_door() -> None:
    parsers = [
        (f"{command.__name__} {name}", getattr(said[0], "parser", None))
        for command in _commands(app)
        for name, (kind, *said) in _annotated(command)
        if kind in (Path, Path | None, list[Path])
    ]

    assert len(parsers) >= 6
    assert [told for told, parser in parsers if parser is not typed_path] == []


def test_the_process_of_the_ui_is_told_absolute_paths(tmp_path: Path) -> None:
    contract = load_contract_text(_TRIAL, tmp_path)
    given = {
        "CDP_HOME": "home",
        "CDP_LAKE_URL": "s3://lake",
        "CDP_TRIAL_URL": "drop",
        "CDP_SFTP_PRIVATE_KEY": "key",
        "CDP_VAULT_DAYS": "3",
    }
    settings = Settings(home=Path("home"), lake_url="s3://lake")

    told = environment_elsewhere(settings, [contract], given)

    here = Path.cwd()
    assert told == {
        "CDP_HOME": f"{here / 'home'}",
        "CDP_LAKE_URL": "s3://lake",
        "CDP_TRIAL_URL": f"{here / 'drop'}",
        "CDP_SFTP_PRIVATE_KEY": f"{here / 'key'}",
        "CDP_VAULT_DAYS": "3",
    }


@pytest.fixture
def twins(tmp_path: Path) -> tuple[Path, Path]:
    """Two files of one name: the one good, the other with a record that is quarantined."""
    first = _one_hotel(tmp_path / "a")
    other = tmp_path / "b" / first.name
    other.parent.mkdir()
    shutil.copyfile(SAMPLE, other)
    return first, other


def test_two_files_of_one_name_are_judged_each_by_itself(
    tmp_path: Path, twins: tuple[Path, Path]
) -> None:
    ran = cdp("try", "registered_hotels", *map(str, twins), home=tmp_path)

    first, other = ran.stdout.split(f"{twins[1]}: accepted")
    assert first.startswith(f"{twins[0]}: accepted")
    assert "1 rows: 1 accepted, 0 quarantined" in first
    assert "year_not_buddhist" not in first
    assert "3 rows: 2 accepted, 1 quarantined" in other
    assert other.count("year_not_buddhist") == 1


@pytest.mark.parametrize("turned", [False, True])
def test_two_files_of_one_name_keep_their_results_apart(
    tmp_path: Path, twins: tuple[Path, Path], turned: bool
) -> None:
    given = [str(path) for path in (reversed(twins) if turned else twins)]

    ran = cdp(
        *("try", "registered_hotels", *given, "--json"),
        *("--out", str(tmp_path / "out")),
        home=tmp_path,
    )

    told = {facts["path"]: facts for facts in map(json.loads, ran.stdout.splitlines())}
    assert list(told) == given
    for path, rows, quarantined in ((twins[0], 1, 0), (twins[1], 2, 1)):
        kept = Path(told[str(path)]["kept"])
        assert _rows(kept / "accepted.parquet") == rows
        assert (kept / "quarantine.jsonl").is_file() == bool(quarantined)


def test_a_file_that_is_named_like_the_place_of_another_has_its_own(tmp_path: Path) -> None:
    first = _one_hotel(tmp_path / "a")
    names = [first, tmp_path / "b" / first.name, tmp_path / "c" / f"{first.name}-2"]
    for path in names[1:]:
        path.parent.mkdir()
        shutil.copyfile(first, path)

    ran = cdp(
        *("try", "registered_hotels", *map(str, names), "--json"),
        *("--out", str(tmp_path / "out")),
        home=tmp_path,
    )

    assert len({json.loads(line)["kept"] for line in ran.stdout.splitlines()}) == 3


def test_the_same_file_twice_is_judged_twice(tmp_path: Path) -> None:
    mine = str(_one_hotel(tmp_path))

    ran = cdp("try", "registered_hotels", mine, mine, "--json", home=tmp_path)

    assert [json.loads(line)["accepted"] for line in ran.stdout.splitlines()] == [1, 1]


def test_results_of_an_earlier_trial_are_not_mixed_with_those_of_this_one(tmp_path: Path) -> None:
    mine, out = tmp_path / SAMPLE.name, tmp_path / "out"
    shutil.copyfile(SAMPLE, mine)
    cdp("try", "registered_hotels", str(mine), "--out", str(out), home=tmp_path)
    shutil.copyfile(_one_hotel(tmp_path / "a"), mine)

    cdp("try", "registered_hotels", str(mine), "--out", str(out), home=tmp_path)

    assert [path.name for path in (out / mine.name).iterdir()] == ["accepted.parquet"]


def load_contract_text(text: str, folder: Path) -> SourceContract:
    path = folder / "trial_levels.yaml"
    path.write_text(text, "utf-8")
    return load_contract(path)


def _rows(path: Path) -> int:
    found = duckdb.from_parquet(str(path)).count("*").fetchone()
    assert found
    return int(found[0])


def _commands(of: typer.Typer) -> Iterator[Callable[..., object]]:
    yield from (each.callback for each in of.registered_commands if each.callback)
    for group in of.registered_groups:
        assert group.typer_instance
        yield from _commands(group.typer_instance)


def _annotated(command: Callable[..., object]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The arguments of a command: the type of each, and what typer is told of it."""
    for name, hint in get_type_hints(command, include_extras=True).items():
        if hasattr(hint, "__metadata__"):
            yield name, (hint.__origin__, *hint.__metadata__)


_TRIAL = """
id: trial_levels
version: 1.0.0
title: {th: ก, en: a}
description: {th: ก, en: a}
domain: environment
owner: {name: {th: ก, en: a}, email: data@phuket.example}
licence: CC-BY-4.0
classification: open
fetch: {connector: drop_folder, url: "${CDP_TRIAL_URL}", pattern: "*.csv"}
cadence: daily
delivery: increment
format: {type: csv}
fields:
  - {name: place, type: string, description: {th: ก, en: a}}
  - {name: depth, type: number, description: {th: ก, en: a}}
key: [place]
"""
