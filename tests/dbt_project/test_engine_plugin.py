"""dbt's process holds the lock of its home while it lives, and ends with who started it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ingestion.engine import DBT_LOCK
from ingestion.locking import wait_until_free
from ingestion.settings import Settings
from orchestration.deployment import Deployment
from tests.checkout import ROOT

DBT = """
import time
from types import SimpleNamespace
from dbt_project.engine_plugin import Plugin
creds = SimpleNamespace(path="scratch", attach=[])
for _ in range(2):  # dbt-duckdb asks anew whenever it connects anew
    Plugin.update_connection_config(None, creds, {})
print("connected", flush=True)
time.sleep(60)
"""
STARTS = """
import os, subprocess, sys
os.environ["CDP_DBT_PARENT"] = str(os.getpid())
with subprocess.Popen([sys.executable, "-c", sys.argv[1]]):
    pass
"""


def test_dbt_ends_with_its_parent_and_nobody_builds_beside_it(
    tmp_path: Path, extensions: Path
) -> None:
    (tmp_path / "extensions").symlink_to(extensions)
    environment = os.environ | {
        "CDP_DBT_HOME": str(tmp_path),
        "CDP_DBT_SCRATCH": str(tmp_path / "scratch"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", STARTS, DBT]
    waited: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "connected\n"

        def told(words: str) -> None:
            waited.append(words)
            parent.kill()  # the parent alone

        wait_until_free(tmp_path / DBT_LOCK, told)

        assert parent.stdout.read() == ""
    assert f"process {parent.pid} " not in waited[0]
    assert "waiting for process" in waited[0]
    with Deployment(Settings(home=tmp_path)).alone("nightly"):
        pass


def test_a_dbt_whose_parent_is_gone_touches_nothing(tmp_path: Path, extensions: Path) -> None:
    (tmp_path / "extensions").symlink_to(extensions)
    environment = os.environ | {
        "CDP_DBT_HOME": str(tmp_path),
        "CDP_DBT_PARENT": "1000000000",
        "PYTHONPATH": str(ROOT),
    }

    ended = subprocess.run([sys.executable, "-c", DBT], env=environment, check=False, timeout=50)

    assert ended.returncode == -9
