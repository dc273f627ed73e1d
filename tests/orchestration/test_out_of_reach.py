"""PostgreSQL or S3 out of reach: waited for, told once in our words, never with a password."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.engine import CatalogueUnreachable, EngineError
from ingestion.settings import Settings
from ingestion.storage.failures import StoreUnavailable, StoreUnreachable
from ingestion.storage.s3_client import S3Limits
from orchestration.deployment import DBT_PROJECT, Deployment
from orchestration.running_dbt import DBT, dbt_folder, environment_of_dbt
from orchestration.tables import open_tables
from tests.support.commands import cdp
from tests.support.postgres import INSTALL, running_postgres, server_binaries
from tests.support.s3_server import S3Server

NOBODY = "dbname=city host=127.0.0.1 port=9 user=cdp password='tide of \\'47\\' & 11'"


@pytest.fixture
def without_postgres(tmp_path: Path) -> Deployment:
    """A home whose catalogue is in a PostgreSQL that is not there."""
    return Deployment(Settings(home=tmp_path / "home", catalog=f"postgres:{NOBODY}"))


def test_a_catalogue_that_nobody_serves_is_told_in_words_of_ours(
    without_postgres: Deployment,
) -> None:
    with pytest.raises(CatalogueUnreachable) as told, open_tables(without_postgres):
        pass

    assert told.value.message == (
        "PostgreSQL, which holds the catalogue of the lake, does not answer; expected the server "
        "that CDP_CATALOG names; start it and run again, or correct host and port in CDP_CATALOG"
    )


def test_a_command_tells_once_for_whom_it_waits_and_once_that_it_was_in_vain(
    tmp_path: Path,
) -> None:
    ran = cdp("build", home=tmp_path, CDP_CATALOG=f"postgres:{NOBODY}", CDP_REACH_SECONDS="1.5")

    assert ran.returncode == 1
    waiting, in_vain = ran.stderr.splitlines()
    assert waiting == (
        "cdp: PostgreSQL, which holds the catalogue of the lake, does not answer; waiting"
    )
    assert in_vain.startswith("cdp: PostgreSQL, which holds the catalogue of the lake")
    assert "start it and run again" in in_vain


@pytest.mark.whole
def test_a_catalogue_that_comes_back_is_waited_for(tmp_path: Path) -> None:
    binaries = server_binaries()
    if binaries is None:
        pytest.skip(INSTALL)
    up, done = threading.Event(), threading.Event()
    serving: list[str] = []
    with running_postgres(binaries) as there:
        serving.append(there)
    settings = Settings(home=tmp_path, catalog=f"postgres:{serving[0]}", reach_seconds=60)
    port = int(serving[0].partition("port=")[2].partition(" ")[0])

    def serve() -> None:
        time.sleep(1)
        with running_postgres(binaries, port):
            up.set()
            done.wait(60)

    server = threading.Thread(target=serve)
    server.start()
    try:
        with open_tables(Deployment(settings)) as tables:
            assert up.is_set()
            assert tables.token == ""
    finally:
        done.set()
        server.join()


def test_somebody_who_is_not_let_in_is_told_at_once(tmp_path: Path) -> None:
    binaries = server_binaries()
    if binaries is None:
        pytest.skip(INSTALL)
    with running_postgres(binaries) as there:
        catalog = f"postgres:{there.replace('user=cdp', 'user=nobody')} password=tide-4711"
        settings = Settings(home=tmp_path, catalog=catalog, reach_seconds=3600)

        with (
            pytest.raises(EngineError, match="check user, password and database") as told,
            open_tables(Deployment(settings)),
        ):
            pass

    assert "4711" not in told.value.message


@pytest.mark.whole
def test_dbt_tells_and_logs_no_password(without_postgres: Deployment) -> None:
    folder = dbt_folder(without_postgres)

    ran = subprocess.run(
        [str(DBT), "build", "--select", "dim_day"],
        env=os.environ | environment_of_dbt(without_postgres, folder),
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
    )

    said = ran.stdout + ran.stderr
    assert ran.returncode != 0
    assert "ostgres" in said
    logged = "".join(
        path.read_text(errors="replace") for path in folder.rglob("*") if path.suffix == ".log"
    )
    assert "ostgres" in logged
    assert "tide of" not in said
    assert "tide of" not in logged


def test_a_store_that_nobody_serves_is_told_without_its_secret(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        lake_url="s3://city-lake",
        s3_endpoint_url="http://127.0.0.1:9",
        s3_access_key_id="city",
        s3_secret_access_key=SecretStr("tide-of-s3"),
    )

    with pytest.raises(StoreUnreachable) as told:
        Deployment(settings).lake.get("a")

    assert told.value.message == (
        "object a in s3://city-lake: the S3 server does not answer; start it, or correct "
        "CDP_S3_ENDPOINT_URL"
    )


@pytest.mark.parametrize(
    ("error", "times"), [(StoreUnreachable("gone"), 9), (StoreUnavailable("busy"), 3)]
)
def test_a_store_that_is_gone_is_waited_for_longer_than_one_that_is_busy(
    error: StoreUnavailable, times: int
) -> None:
    limits = S3Limits(tries=3, reach_seconds=3600, first_pause=0, longest_pause=0)
    tried = []

    def step() -> str:
        tried.append(1)
        if len(tried) < 9:
            raise error
        return "there"

    if times == 9:
        assert limits.tried(step) == "there"
    else:
        with pytest.raises(StoreUnavailable):
            limits.tried(step)
    assert len(tried) == times


def test_a_store_that_answers_is_not_waited_for(s3_server: S3Server, tmp_path: Path) -> None:
    settings = s3_server.settings(home=tmp_path, lake_url="s3://nowhere-at-all", reach_seconds=3600)

    with pytest.raises(Exception, match="create the bucket"):
        Deployment(settings).lake.get("a")
