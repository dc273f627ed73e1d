"""The dbt project as it is now, compiled under one input that is always the same.

Compiling takes seconds and is done once for each state of the code: what it gives lies beside the
project for every home, or in the home where nobody may write there. Does not belong here: what is
read from it (`dbt_project/compiled.py`), and building.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from dbt_project.compiled import AS_OF, Project, read_project
from dbt_project.sources import words
from ingestion.scratch import scratch_folder
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from orchestration.deployment import DBT_PROJECT, Deployment
from orchestration.running_dbt import dbt_folder, run_dbt, stopped

_CODE = ("*.sql", "*.yml", "*.csv", "*.py")
_KEPT = DBT_PROJECT / "target" / "kept"
_STATES = 20
"""How many states of the code are kept."""
_FORM = "3"
"""Of what is kept of the project: another one is made anew."""


def code_hash(deployment: Deployment) -> str:
    """Hash of all that decides what the tables look like, besides the rows."""
    digest = hashlib.sha256(_FORM.encode())
    for contract in deployment.contracts:
        digest.update(contract.model_dump_json().encode())
    folders = [DBT_PROJECT / name for name in ("models", "macros", "seeds", "tests")]
    files = [path for folder in folders for pattern in _CODE for path in folder.rglob(pattern)]
    for path in sorted([*files, DBT_PROJECT / "dbt_project.yml"]):
        digest.update(str(path.relative_to(DBT_PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def overlay(deployment: Deployment) -> dict[str, object]:
    """What contracts of this deployment say that dbt's own copy of the contracts does not."""
    usual = load_contracts()
    return {c.id: words(c) for c in deployment.contracts if c not in usual}


def manifest(deployment: Deployment) -> Path:
    """dbt's manifest of the compiled project.

    Raises
    ------
    PermanentError: dbt could not read or compile the project.
    """
    code = code_hash(deployment)
    places = [_KEPT / code, dbt_folder(deployment) / "compiled" / code]
    for place in places:
        if (place / "manifest.json").exists():
            return place / "manifest.json"
    with scratch_folder("compile") as folder:
        compiled = _compile(deployment, folder)
        project = read_project(json.loads(compiled.read_text("utf-8")))
        (compiled.parent / "project.json").write_text(project.model_dump_json(), "utf-8")
        for place in places:
            with suppress(OSError):
                return _keep(compiled.parent, place) / "manifest.json"
    raise AssertionError("a home can be written to")


def project(deployment: Deployment) -> Project:
    """What is known of the project as it is now. Raises as `manifest` does."""
    path = manifest(deployment).with_name("project.json")
    try:
        return Project.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError):  # kept by other code
        found = read_project(json.loads(path.with_name("manifest.json").read_text("utf-8")))
        path.write_text(found.model_dump_json(), "utf-8")
        return found


def _compile(deployment: Deployment, folder: Path) -> Path:
    """Compile for a home that has nothing yet, so that no table there has a say."""
    home = folder / "home"
    new = Deployment(Settings(home=home, scratch=deployment.settings.scratch_root))
    told = {"as_of": AS_OF, "overlay": overlay(deployment)}
    run = dbt_folder(new)
    # Where a lake lies is no part of what its models say.
    fixed = {"CDP_DBT_LAKE": "lake", "CDP_DBT_BUILD": json.dumps(told)}
    said = run_dbt(new, ["--quiet", "compile"], run, fixed)
    path = run / "target" / "manifest.json"
    if not path.exists():
        raise stopped(said, run)
    return path


def _keep(made: Path, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(place.parent.iterdir(), key=lambda made: made.stat().st_mtime)[:-_STATES]:
        shutil.rmtree(old, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(dir=place.parent))
    for name in ("manifest.json", "project.json"):
        (beside / name).write_bytes((made / name).read_bytes())
    with suppress(OSError):  # another process was first
        beside.replace(place)  # the commit point
    return place
