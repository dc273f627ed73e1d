"""The curated platform from the lake: dbt makes what is to be made, and the build is recorded.

Does not belong here: what is to be made (`planning.py`), any SQL, and the records of builds
(`builds.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from dbt_project.lineage import node_name, sources_behind
from ingestion.errors import TransientError
from orchestration.builds import Build, BuildConflict, keep_build, last_build
from orchestration.compiling import manifest
from orchestration.deployment import Deployment
from orchestration.planning import Plan, plan
from orchestration.running_dbt import dbt_folder, run_dbt, stopped, without_secrets
from orchestration.soundness import sums_of_tables
from orchestration.spoilt import spoilt
from orchestration.table_sums import table_sums
from orchestration.tables import mark, open_tables

_ATTEMPTS = 3
_WHOLE = ("success", "pass", "warn", "skipped", "no-op")
"""What dbt says of a node that did not break; whatever else it says, the node counts as broken."""


def build(
    deployment: Deployment,
    meanwhile: Callable[[], object] = lambda: None,
    *,
    anew: bool = False,
) -> tuple[Build, bool]:
    """Bring the curated tables up to date with the ledger.

    Parameters
    ----------
    meanwhile: is called while dbt runs, if it has to run.
    anew: make every table anew, whatever is known of them.

    Returns
    -------
    The build that the tables now are, and whether anything had to be done.

    Raises
    ------
    PermanentError: dbt could not start or could not read the project.
    """
    for _ in range(_ATTEMPTS):
        planned = plan(deployment, anew=anew)
        if isinstance(planned, Build):
            return planned, False
        folder = dbt_folder(deployment)
        results = folder / "target" / "run_results.json"
        results.unlink(missing_ok=True)
        words = ["--quiet", *planned.arguments()]
        said = run_dbt(deployment, words, folder, planned.environment(folder), meanwhile)
        if not results.exists():
            with open_tables(deployment):  # when that is why, it says so in its own words
                raise stopped(said, folder)
        try:
            return record(deployment, planned, results, manifest(deployment)), True
        except BuildConflict:  # two wrote into the same tables
            anew = True
    raise TransientError("other processes were faster each time", fix="build again")


def record(deployment: Deployment, planned: Plan, results: Path, project: Path) -> Build:
    """Keep what dbt's `run_results.json` says of a build. Until then it has not happened.

    What broke before and did not run now is still broken.

    Parameters
    ----------
    project: dbt's manifest of the compiled project.
    """
    nodes = json.loads(results.read_text())["results"]
    whole = json.loads(project.read_text("utf-8"))
    parents, last = whole["parent_map"], last_build(deployment.lake)
    ran = {node["unique_id"] for node in nodes}
    broken = {
        node["unique_id"]: without_secrets(deployment.settings, str(node["message"]))[:500]
        for node in nodes
        if node["status"] not in _WHOLE
    }
    before = last.broken if last else {}
    broken |= {
        node: before[node_name(node)]
        for node in parents.keys() - ran
        if node_name(node) in before and not node.startswith("source.")
    }
    broken |= {f"source.city.lake.{source}": why for source, why in planned.unsound.items()}
    made = [n["relation_name"] for n in nodes if n["status"] == "success" and n["relation_name"]]
    tables = ("/".join(name.replace('"', "").split(".")[1:]) for name in made)
    found = {
        "broken": {node_name(node): message for node, message in broken.items()},
        "spoilt": spoilt(parents, set(broken), parents),
        "lineage": {p.id: sources_behind(p.id, whole) for p in deployment.products},
        "tables": tuple(sorted(tables)),
    }
    done = planned.build.model_copy(update=found)
    known = table_sums(deployment.lake, last) if last else {}
    files = mark(deployment, done.token, done.id, planned.of_sources())
    done = done.model_copy(update={"files": sums_of_tables(deployment, tuple(files), known)})
    keep_build(deployment.lake, done)
    return done
