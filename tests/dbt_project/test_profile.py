"""The static profile and the environment of a dbt run name the same variables."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dbt_project.sources import PROJECT
from ingestion.engine import dbt_environment
from ingestion.settings import Settings

VARIABLE = re.compile(r"env_var\('(\w+)'")


def test_the_environment_gives_every_variable_that_the_project_reads(tmp_path: Path) -> None:
    read = {
        name
        for path in (PROJECT / "profiles.yml", PROJECT / "models" / "staging" / "sources.yml")
        for name in VARIABLE.findall(path.read_text("utf-8").replace("''", "'"))
    }

    given = set(dbt_environment(Settings(home=tmp_path), tmp_path))

    assert read == {name for name in given if "CDP" in name}


def test_the_project_never_calls_home() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))

    assert project["flags"]["send_anonymous_usage_stats"] is False
    assert not (PROJECT / "packages.yml").exists()
