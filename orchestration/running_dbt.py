"""Running dbt: in a process of its own, in this home's folder, and what its end means.

Does not belong here: what is to be built (`building.py`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from ingestion.engine import dbt_environment
from ingestion.errors import PermanentError
from ingestion.secret_texts import hide_secrets
from ingestion.settings import Settings
from orchestration.deployment import DBT_PROJECT, Deployment

DBT = Path(sys.executable).parent / "dbt"
READ = DBT_PROJECT / "target" / "partial_parse.msgpack"
"""The project as dbt last read it: the same in every home, and a third of a night's dbt to make."""
_FULL_BYTES = 4 << 20


def run_dbt(
    deployment: Deployment,
    arguments: Sequence[str],
    folder: Path,
    told: dict[str, str],
    meanwhile: Callable[[], object] = lambda: None,
) -> str:
    """Run dbt in a process of its own; returns the last lines of what it said."""
    with subprocess.Popen(  # noqa: S603
        [str(DBT), *arguments],
        env=os.environ | environment_of_dbt(deployment, folder) | told,
        cwd=DBT_PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            meanwhile()
            said, _ = running.communicate()
        except BaseException:  # whoever stops this process stops dbt
            running.kill()
            raise
    _keep_what_was_read(folder / "target" / READ.name)
    return without_secrets(deployment.settings, "\n".join(said.strip().splitlines()[-20:]))


def without_secrets(settings: Settings, said: str) -> str:
    """What dbt or a library below it said, in one line, as it may be passed on."""
    return " ".join(hide_secrets(settings, said).split())


def dbt_folder(deployment: Deployment) -> Path:
    """Where dbt keeps its scratch database, logs and artefacts in this home."""
    folder = deployment.settings.home / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment_of_dbt(deployment: Deployment, folder: Path) -> dict[str, str]:
    """What a run of dbt is told besides what it is to build."""
    read = {"DBT_PARTIAL_PARSE_FILE_PATH": str(READ)} if READ.exists() else {}
    scale = {"CDP_DBT_CITY_SCALE": deployment.city_scale.model_dump_json()}
    return dbt_environment(deployment.settings, folder) | read | scale


def stopped(said: str, folder: Path) -> PermanentError:
    """Why dbt ended without a result, as far as it said so."""
    # On a full disk dbt may not even get as far as saying so.
    if "No space left on device" in said or shutil.disk_usage(folder).free < _FULL_BYTES:
        return PermanentError(
            f"the disk of {folder} is full", fix="make room and run again; nothing is half-written"
        )
    log = folder / "logs" / "dbt.log"
    return PermanentError(f"dbt could not build: {said[-600:]}", fix=f"the whole log is {log}")


def _keep_what_was_read(made: Path) -> None:
    """Share what dbt read, if it had to. A checkout that nobody may write to is read anew."""
    if made.exists():
        with suppress(OSError):
            READ.parent.mkdir(exist_ok=True)
            copy = READ.with_suffix(f".{os.getpid()}")
            shutil.copyfile(made, copy)
            copy.replace(READ)  # the commit point
            made.unlink()
