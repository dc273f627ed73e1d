"""Two real processes on one lake: each delivery once, one release, nothing to do for the other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.deliveries.ledger import Ledger
from ingestion.settings import Settings
from ingestion.storage.lease import holder
from orchestration.builds import history
from orchestration.deployment import Deployment
from publication.commits import history as commits
from tests.checkout import ROOT
from tests.support.demo_home import served_city
from tests.support.postgres import INSTALL, running_postgres, server_binaries
from tests.support.s3_server import S3Server

pytestmark = pytest.mark.whole

NIGHT = """
import sys, time
from datetime import date
from pathlib import Path
from orchestration.deployment import open_deployment
from orchestration.nightly import nightly
Path(sys.argv[1]).touch()
while not Path(sys.argv[2]).exists(): time.sleep(0.05)
report = nightly(open_deployment(), [date.fromisoformat(sys.argv[3])])
print("committed", report.committed, "built", report.built, flush=True)
"""


@dataclass(frozen=True)
class Lake:
    """A lake that many homes share, and how a process is told of it."""

    settings: Settings
    environment: dict[str, str]


@contextmanager
def shared(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Lake]:
    with ExitStack() as stack:
        if kind == "folders":
            places = {"lake_url": f"{tmp_path}/lake", "open_url": f"{tmp_path}/open"}
            told: dict[str, str] = {}
            server = None
        else:
            server = request.getfixturevalue("s3_server")
            assert isinstance(server, S3Server)
            places = {name: f"s3://{server.fresh_bucket()}" for name in ("lake_url", "open_url")}
            told = server.environment()
        binaries = server_binaries()
        if binaries is None:
            pytest.skip(INSTALL)
        catalog = f"postgres:{stack.enter_context(running_postgres(binaries))}"
        keys = {"key_store": str(tmp_path / "keys")}
        words = {**places, **keys, "catalog": catalog}
        made = (
            server.settings(home=tmp_path / "city") if server else Settings(home=tmp_path / "city")
        )
        settings = made.model_copy(update={**words, "key_store": tmp_path / "keys"})
        yield Lake(settings, told | {f"CDP_{name.upper()}": word for name, word in words.items()})


@pytest.mark.parametrize("kind", ["folders", "s3"])
def test_two_nights_that_overlap_take_each_delivery_once_and_release_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with shared(kind, tmp_path, request) as lake, served_city(lake.settings) as city:
        begin, day = tmp_path / "begin", city.days[-1].isoformat()
        environment = os.environ | lake.environment | {"PYTHONPATH": str(ROOT)}
        environment |= {"CDP_ALLOW_LOOPBACK": "true"}
        environment |= {"CDP_NOW": city.deployment.clock.now().isoformat()}
        nights = []
        for name in ("one", "two"):
            nights.append(
                subprocess.Popen(
                    [sys.executable, "-c", NIGHT, str(tmp_path / f"{name}.ready"), str(begin), day],
                    env=environment | {"CDP_HOME": str(tmp_path / name)},
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
        while not all((tmp_path / f"{name}.ready").exists() for name in ("one", "two")):
            assert all(night.poll() is None for night in nights)
        begin.touch()
        said = [night.communicate() for night in nights]

    assert [night.returncode for night in nights] == [0, 0], said
    deployment = Deployment(lake.settings)
    for contract in deployment.contracts:
        records = Ledger(deployment.lake, contract.id).records()
        taken = Counter(entry.sha256 for record in records for entry in record.entries)
        assert set(taken.values()) <= {1}, contract.id
    (build,) = history(deployment.lake)
    assert not build.broken
    assert build.fence > 0
    (commit,) = commits(deployment.open)
    assert int(commit.publish_id.split("-")[0]) == build.fence
    assert sorted(out.splitlines()[-1] for out, _ in said) == [
        "committed 1 built True",
        "committed None built False",
    ]
    assert holder(deployment.lake) is None
