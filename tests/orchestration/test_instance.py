"""The configuration of Dagster in a home: from the settings, until somebody makes it their own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml
from pydantic import SecretStr

from ingestion.errors import PermanentError
from ingestion.settings import Settings
from orchestration import instance
from orchestration.instance import prepare_instance
from tests.support.demo_home import environment_restored
from tests.support.postgres import INSTALL, running_postgres, server_binaries

NOBODY = "postgresql://cdp:open-sesame@127.0.0.1:1/runs"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    with environment_restored():
        yield


def written(home: Path) -> str:
    return (home / "dagster" / "dagster.yaml").read_text()


def test_a_file_of_ours_follows_the_settings(tmp_path: Path) -> None:
    prepare_instance(Settings(home=tmp_path))
    on_sqlite = written(tmp_path)
    os.environ["CDP_DAGSTER_STORAGE"] = NOBODY

    with pytest.raises(PermanentError) as failure:
        prepare_instance(Settings(home=tmp_path))

    assert "storage" not in yaml.safe_load(on_sqlite)
    storage = yaml.safe_load(written(tmp_path))["storage"]
    assert storage == {"postgres": {"postgres_url": {"env": "CDP_DAGSTER_STORAGE"}}}
    assert "open-sesame" not in written(tmp_path) + failure.value.message
    assert "CDP_DAGSTER_STORAGE" in failure.value.message


def test_what_somebody_edited_stays_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prepare_instance(Settings(home=tmp_path))
    path = tmp_path / "dagster" / "dagster.yaml"
    path.write_text(path.read_text().replace("max_concurrent_runs: 2", "max_concurrent_runs: 3"))
    edited = path.read_text()

    settings = Settings(home=tmp_path, dagster_storage=SecretStr(NOBODY))
    with caplog.at_level(logging.WARNING, "orchestration.instance"):
        prepare_instance(settings)

    assert written(tmp_path) == edited
    assert "was edited and does not use CDP_DAGSTER_STORAGE" in caplog.text


def test_a_file_of_an_earlier_version_is_ours(tmp_path: Path) -> None:
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text(
        "# The instance of one machine.\n" + instance._TEMPLATE.read_text()
    )

    prepare_instance(Settings(home=tmp_path))

    assert written(tmp_path).startswith("# written from the settings")


@pytest.mark.whole
def test_runs_are_kept_in_postgresql(tmp_path: Path) -> None:
    binaries = server_binaries()
    if binaries is None:
        pytest.skip(INSTALL)
    with running_postgres(binaries) as connection:
        said = dict(pair.split("=") for pair in connection.split())
        url = f"postgresql://{said['user']}@{said['host']}:{said['port']}/{said['dbname']}"
        os.environ["CDP_DAGSTER_STORAGE"] = url
        prepare_instance(Settings(home=tmp_path))
        with dg.DagsterInstance.get() as found:
            assert type(found.run_storage).__name__ == "PostgresRunStorage"
    assert not list((tmp_path / "dagster").rglob("*.db"))
