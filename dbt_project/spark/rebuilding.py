"""Rebuilds every table of a lake twice, on DuckDB and on Spark, and holds one against the other.

Belongs here: running dbt with either engine, in a folder of its own. Does not belong here: what is
compared (`comparing.py`), and what Spark does with the lake (`session.py`, which runs elsewhere).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from dbt_project.spark.comparing import Compared, compare, written_by_spark
from ingestion.engine import attach_lake, connect, dbt_environment
from ingestion.errors import PermanentError
from ingestion.settings import PROJECT, Settings

SPARK = PROJECT / "dbt_project" / "spark"
ENVIRONMENT = PROJECT / ".bootstrap" / "spark"
"""Spark's own Python environment, which `.ci/spark` makes."""


class EngineFailed(PermanentError):
    """dbt could not build every model with one of the engines."""


def rebuild(lake: Path, folder: Path, as_of: datetime) -> list[Compared]:
    """Build every model of a lake in full with both engines, at one instant, and compare.

    Parameters
    ----------
    lake: the folder of a lake store; nothing is written there.
    folder: where both engines write.

    Raises
    ------
    EngineFailed: a model could not be built.
    """
    told = json.dumps({"as_of": as_of.isoformat(timespec="seconds")})
    home = Settings(home=folder / "duckdb")
    _build_on_duckdb(home, lake, told)
    warehouse = folder / "spark" / "warehouse"
    _build_on_spark(lake, warehouse, told)
    with connect(home) as con:
        attach_lake(con, home, read_only=True)
        return [
            compare(con, f"{schema}.{name}", f"lake.{schema}.{name}", spark)
            for schema, name in _tables(home.home / "run")
            for spark in [written_by_spark(warehouse, schema, name)]
        ]


def _build_on_duckdb(home: Settings, lake: Path, told: str) -> None:
    run = home.home / "run"
    run.mkdir(parents=True)
    environment = dbt_environment(home, run)
    environment |= {"CDP_DBT_LAKE": str(lake.absolute()), "CDP_DBT_BUILD": told}
    kinds = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    dbt = Path(sys.executable).parent / "dbt"
    _run("DuckDB", [str(dbt), "--no-use-colors", "--quiet", "build", *kinds], environment)


def _build_on_spark(lake: Path, warehouse: Path, told: str) -> None:
    environment = {
        "CDP_DBT_BUILD": told,
        "DBT_LOG_PATH": str(warehouse.parent / "logs"),
        "DBT_PROFILES_DIR": str(SPARK),
        "DBT_PROJECT_DIR": str(SPARK.parent),
        "DBT_TARGET_PATH": str(warehouse.parent / "target"),
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(PROJECT),
        "SPARK_CONF_DIR": os.environ.get("SPARK_CONF_DIR", str(SPARK)),
        "SPARK_LOCAL_IP": os.environ.get("SPARK_LOCAL_IP", "127.0.0.1"),
    }
    program = [str(ENVIRONMENT / "bin" / "python"), "-m", "dbt_project.spark.session"]
    _run("Spark", [*program, str(lake.absolute()), str(warehouse.absolute())], environment)


def _run(engine: str, command: list[str], environment: dict[str, str]) -> None:
    run = subprocess.run(  # noqa: S603
        command, env=os.environ | environment, cwd=PROJECT, capture_output=True, text=True
    )
    if run.returncode:
        raise EngineFailed(
            f"dbt could not build every model on {engine}: {run.stdout[-3000:]}{run.stderr[-600:]}",
            fix=f"the whole log is in {environment['DBT_LOG_PATH']}",
        )


def _tables(run: Path) -> list[tuple[str, str]]:
    """Schema and name of every table, from what dbt wrote when it built on DuckDB."""
    manifest = json.loads((run / "target" / "manifest.json").read_text("utf-8"))
    return sorted(
        (node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and node["config"]["materialized"] != "view"
    )
