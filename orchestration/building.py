"""The curated platform from the lake: dbt, over the event days that deliveries touched.

Belongs here: what a build must recompute, running dbt. Does not belong here: any SQL, and the
records of builds (`builds.py`). A build whose inputs are those of the last one is not run again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, JsonValue

from dbt_project.lineage import node_name, sources_behind
from dbt_project.sources import words
from ingestion.clock import bangkok_day
from ingestion.deliveries.lake import ensure_schema, write_receipts
from ingestion.deliveries.ledger import Ledger
from ingestion.errors import TransientError
from ingestion.sealed import Damaged
from ingestion.sources import load_contracts
from orchestration.builds import Build, BuildConflict, keep_build, last_build
from orchestration.deployment import DBT_PROJECT, Deployment
from orchestration.running_dbt import dbt_folder, run_dbt, stopped, without_secrets
from orchestration.soundness import damaged_tables, sums_of_tables, unsound_sources
from orchestration.spoilt import spoilt
from orchestration.table_sums import table_sums
from orchestration.tables import mark, open_tables

_ATTEMPTS = 3
_WHOLE = ("success", "pass", "warn", "skipped", "no-op")
"""What dbt says of a node that did not break; whatever else it says, the node counts as broken."""
_CODE = ("*.sql", "*.yml", "*.csv", "*.py")


class Plan(BaseModel):
    """A build to be made: its record as it will be, and the event days that dbt must recompute.

    `changed_days` is None for a full build.
    """

    model_config = ConfigDict(frozen=True)

    build: Build
    changed_days: dict[str, list[str]] | None
    overlay: dict[str, JsonValue] = {}
    """What contracts of this deployment say that dbt's own copy of the contracts does not."""

    unsound: dict[str, str] = {}
    """Sources that are left out, with what is made from them: their files are damaged."""

    def of_some_tables(self) -> Plan:
        """The same plan, carried out for some of the tables only."""
        return self.model_copy(update={"build": self.build.model_copy(update={"in_part": True})})

    def arguments(self) -> list[str]:
        """What follows `dbt` on the command line."""
        full = ["--full-refresh"] if self.build.full else []
        # Unit tests prove the models, not tonight's data: they belong to `make test`. An exposure
        # has nothing to run.
        without = [f"source:lake.{source}+" for source in sorted(self.unsound)]
        left_out = ["--exclude", *without] if without else []
        spared = [
            word for kind in ("unit_test", "exposure") for word in ("--exclude-resource-type", kind)
        ]
        return ["build", *spared, *left_out, *full]

    def environment(self) -> dict[str, str]:
        """What the macro `this_build` is told. As dbt's own `--vars` it would have dbt read the
        whole project anew every night."""
        told = {
            "as_of": self.build.as_of.isoformat(),
            "changed_days": self.changed_days,
            "overlay": self.overlay,
        }
        return {"CDP_DBT_BUILD": json.dumps(told)}


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
        said = run_dbt(deployment, words, folder, planned.environment(), meanwhile)
        if not results.exists():
            with open_tables(deployment):  # when that is why, it says so in its own words
                raise stopped(said, folder)
        try:
            return record(deployment, planned, results), True
        except BuildConflict:  # two wrote into the same tables
            anew = True
    raise TransientError("other processes were faster each time", fix="build again")


def plan(deployment: Deployment, *, anew: bool = False) -> Plan | Build:
    """What must be built; or the last build, when building again would change nothing.

    Sees to it that every source has its columns in the lake, and that the order of its deliveries
    stands there as the ledger has it.

    Parameters
    ----------
    anew: make every table anew, whatever is known of them.
    """
    last = last_build(deployment.lake)
    with open_tables(deployment) as tables:
        # A catalogue that was lost or brought back knows other tables than the last build made.
        anew = anew or last is None or not last.token or tables.token != last.token
        files = tuple(tables.files())
    ledgers, unreadable = _ledgers(deployment)
    wanted = _wanted(deployment, last, ledgers, anew=anew)
    if last and not anew and last.same_inputs(wanted):
        return last
    if last and not wanted.full:
        sums = table_sums(deployment.lake, last)
        if why := damaged_tables(deployment, files, sums):
            wanted = wanted.model_copy(update={"full": True, "why": why})
    changed = None if wanted.full else _changed_days(ledgers, last)
    unsound = unreadable | unsound_sources(deployment, ledgers, changed)
    # What was made again has a new record.
    sources = {source: ledger.last_number() for source, ledger in ledgers.items()}
    wanted = wanted.model_copy(update={"ledgers": wanted.ledgers | sources})
    changed = None if wanted.full else _changed_days(ledgers, last)
    for contract in deployment.contracts:
        ensure_schema(contract, deployment.lake)
    write_receipts(ledgers.values(), deployment.lake)
    usual = load_contracts()
    overlay = {c.id: words(c) for c in deployment.contracts if c not in usual}
    return Plan(build=wanted, changed_days=changed, overlay=overlay, unsound=unsound)


def record(deployment: Deployment, planned: Plan, results: Path) -> Build:
    """Keep what dbt's `run_results.json` says of a build. Until then it has not happened."""
    nodes = json.loads(results.read_text())["results"]
    manifest = json.loads(results.with_name("manifest.json").read_text())
    broken = {
        node["unique_id"]: without_secrets(deployment.settings, str(node["message"]))[:500]
        for node in nodes
        if node["status"] not in _WHOLE
    }
    broken |= {f"source.city.lake.{source}": why for source, why in planned.unsound.items()}
    ran = [node["unique_id"] for node in nodes]
    if planned.unsound:  # what was left out did not run
        ran += [node for node in manifest["parent_map"] if node not in ran]
    made = [n["relation_name"] for n in nodes if n["status"] == "success" and n["relation_name"]]
    tables = ("/".join(name.replace('"', "").split(".")[1:]) for name in made)
    found = {
        "broken": {node_name(node): message for node, message in broken.items()},
        "spoilt": spoilt(ran, set(broken), manifest["parent_map"]),
        "lineage": {p.id: sources_behind(p.id, manifest) for p in deployment.products},
        "tables": tuple(sorted(tables)),
    }
    done = planned.build.model_copy(update=found)
    # Tables that bear the mark of a build without a record are made anew.
    files = mark(deployment, done.token, done.id)
    last = last_build(deployment.lake)
    known = table_sums(deployment.lake, last) if last else {}
    sums = sums_of_tables(deployment, tuple(files), known)
    done = done.model_copy(update={"files": sums})
    keep_build(deployment.lake, done)
    return done


def manifest(deployment: Deployment) -> Path:
    """dbt's manifest of the project as it is now, made when there is none yet.

    Raises
    ------
    PermanentError: dbt could not read the project.
    """
    folder = dbt_folder(deployment) / "manifests" / code_hash(deployment)
    path = folder / "target" / "manifest.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        said = run_dbt(deployment, ["--quiet", "parse"], folder, {})
        if not path.exists():
            raise stopped(said, folder)
    return path


def _ledgers(deployment: Deployment) -> tuple[dict[str, Ledger], dict[str, str]]:
    """The ledgers of all sources; and why one cannot be read, by source."""
    ledgers, unreadable = dict[str, Ledger](), dict[str, str]()
    for contract in deployment.contracts:
        ledger = Ledger(deployment.lake, contract.id)
        try:
            ledger.records()
            ledgers[contract.id] = ledger
        except Damaged as error:
            unreadable[contract.id] = error.message
    return ledgers, unreadable


def _wanted(
    deployment: Deployment, last: Build | None, ledgers: Mapping[str, Ledger], *, anew: bool
) -> Build:
    now = deployment.clock.now()
    code = code_hash(deployment)
    return Build(
        id=f"{int(last.id) + 1 if last else 1:08d}",
        day=bangkok_day(now),
        as_of=now,
        code=code,
        ledgers=(last.ledgers if last else {})
        | {source: ledger.last_number() for source, ledger in ledgers.items()},
        # After a failure, or a build of some tables, nobody knows which days are whole.
        full=anew or last is None or bool(last.broken) or last.in_part or last.code != code,
        token=uuid4().hex,
    )


def code_hash(deployment: Deployment) -> str:
    """Hash of all that decides what the tables look like, besides the rows."""
    digest = hashlib.sha256()
    for contract in deployment.contracts:
        digest.update(contract.model_dump_json().encode())
    folders = [DBT_PROJECT / name for name in ("models", "macros", "seeds")]
    files = [path for folder in folders for pattern in _CODE for path in folder.rglob(pattern)]
    for path in sorted([*files, DBT_PROJECT / "dbt_project.yml"]):
        digest.update(str(path.relative_to(DBT_PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _changed_days(ledgers: Mapping[str, Ledger], last: Build | None) -> dict[str, list[str]]:
    """Event days, by source, that deliveries after the last build touched."""
    changed: dict[str, list[str]] = {}
    for source, ledger in ledgers.items():
        records = ledger.records()[last.ledgers.get(source, 0) if last else 0 :]
        days = {day for record in records for entry in record.entries for day in entry.days}
        changed[source] = [day.isoformat() for day in sorted(days)]
    return changed
