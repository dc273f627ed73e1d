"""The environment of a dbt run and the project that reads it: alike in names, apart in values."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dbt_project.sources import PROJECT
from ingestion.engine import dbt_environment
from ingestion.settings import Settings
from tests.checkout import files

VARIABLE = re.compile(r"(?:env_var\(|environ\.get\()['\"](\w+)['\"]")
OF_ONE_RUN = {"CDP_DBT_BUILD", "CDP_DBT_CITY_SCALE"}


def test_the_environment_gives_every_variable_that_the_project_reads(tmp_path: Path) -> None:
    read = {
        name
        for path in (*PROJECT.glob("*.yml"), *PROJECT.glob("*.py"), *files(".sql", "dbt_project"))
        for name in VARIABLE.findall(path.read_text("utf-8"))
    }

    given = set(dbt_environment(Settings(home=tmp_path), tmp_path))

    assert read == {name for name in given if "CDP" in name} | OF_ONE_RUN


def test_nothing_that_dbt_compares_differs_between_homes() -> None:
    """Or it reads the project anew in each: values are asked for when a model is compiled."""
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text("utf-8"))
    compared = profile["city"]["outputs"]["lake"]
    del compared["secrets"], compared["module_paths"]
    written = files(".yml", "dbt_project")
    asking = [path for path in written if "env_var(" in path.read_text("utf-8")]

    assert "env_var" not in str(compared)
    assert asking == [PROJECT / "profiles.yml"]
    for path in files(".sql", "dbt_project"):
        assert all(
            "if execute" in line
            for line in path.read_text("utf-8").splitlines()
            if "env_var(" in line
        ), path


def test_the_project_never_calls_home() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))

    assert project["flags"]["send_anonymous_usage_stats"] is False
    assert not (PROJECT / "packages.yml").exists()
