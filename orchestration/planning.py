"""The plan of a build: what dbt is to make, and the record as it will be.

Does not belong here: what is outdated (`outdated.py`), and running dbt (`building.py`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from dbt_project.compiled import SOURCE
from dbt_project.fingerprints import Fingerprints
from dbt_project.lineage import behind
from ingestion.clock import bangkok_day
from ingestion.deliveries.lake import ensure_schema, write_receipts
from ingestion.deliveries.ledger import Ledger
from ingestion.sealed import Damaged
from orchestration.builds import Build, last_build
from orchestration.compiling import code_hash, overlay, project
from orchestration.deployment import Deployment
from orchestration.outdated import Facts, Outdated
from orchestration.soundness import damaged_tables, unsound_sources
from orchestration.table_sums import table_sums
from orchestration.tables import open_tables


class Plan(BaseModel):
    """A build to be made: its record as it will be, and what dbt is to do."""

    model_config = ConfigDict(frozen=True)

    build: Build
    run: tuple[str, ...]
    """The models, views and seeds that dbt makes, and `source.<id>` for what it only tests."""
    spared: tuple[str, ...]
    """Those that stay as they are."""
    told: dict[str, Any]
    """What the macro `this_build` knows. As dbt's own `--vars` it would have dbt read the whole
    project anew every night."""
    fingerprints: dict[str, dict[date | None, str]] = {}
    """What the rows that are to be written are made from."""
    unsound: dict[str, str] = {}
    """Sources that are left out, with what is made from them: their files are damaged."""

    def arguments(self) -> list[str]:
        """What follows `dbt` on the command line."""
        return [*self._build(), "--select", *map(_selector, self.run)]

    def arguments_by_exclusion(self) -> list[str]:
        """The same for who selects by other means: of that, what is not to be run."""
        left_out = ["--exclude", *map(_selector, self.spared)] if self.spared else []
        return [*self._build(), "--indirect-selection", "cautious", *left_out]

    def environment(self, folder: Path) -> dict[str, str]:
        """What dbt is told besides, having written what is too long to be told into this folder."""
        file = folder / "fingerprints.jsonl"
        lines = (
            json.dumps({"model": m, "period": p and p.isoformat(), "fingerprint": kept})
            for m, of in self.fingerprints.items()
            for p, kept in of.items()
        )
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return {"CDP_DBT_BUILD": json.dumps(self.told | {"fingerprints": str(file)})}

    def of_sources(self) -> dict[str, Fingerprints]:
        """What is known of the sources that are tested, once they are."""
        tested = [name for name in self.fingerprints if name.startswith(SOURCE)]
        left_out = {SOURCE + source for source in self.unsound}
        return {name: self.fingerprints[name] for name in tested if name not in left_out}

    def for_some(self, selected: Collection[str], deployment: Deployment) -> Plan:
        """The same for who asks for some of the tables only: what is made from others of which
        something is still to be made keeps no fingerprint, and is made again with them."""
        models = {node.name: node for node in project(deployment).nodes}
        left = set(self.run) - set(selected) - {n for n in self.run if n.startswith(SOURCE)}
        kept = {
            name: of
            for name, of in self.fingerprints.items()
            if name in selected
            and not left & behind(name, {n: m.parents for n, m in models.items()})
        }
        return self.model_copy(update={"fingerprints": kept})

    def _build(self) -> list[str]:
        # Unit tests prove the models, not tonight's data: they belong to `make test`. An exposure
        # has nothing to run.
        spared = [
            word for kind in ("unit_test", "exposure") for word in ("--exclude-resource-type", kind)
        ]
        without = [f"source:lake.{source}+" for source in sorted(self.unsound)]
        return ["build", *spared, *(["--exclude", *without] if without else [])]


def plan(deployment: Deployment, *, anew: bool = False) -> Plan | Build:
    """What must be built; or the last build, when building again would change nothing.

    Sees to it that every source has its columns in the lake, and that the order of its deliveries
    stands there as the ledger has it.

    Parameters
    ----------
    anew: make every table anew, whatever is known of them.
    """
    last, now = last_build(deployment.lake), deployment.clock.now()
    kept, untested, why = _kept(deployment, last, anew=anew)
    ledgers, unreadable = _ledgers(deployment)
    facts = Facts(deployment, ledgers, last, now)
    work = Outdated(facts, kept, untested)
    if last and last.token and not (work.run or unreadable):
        return last
    known = {source: ledger.known for source, ledger in ledgers.items()}
    unsound = unreadable | unsound_sources(deployment, ledgers, work.days_of_sources())
    if known != {source: ledger.known for source, ledger in ledgers.items()}:
        # What was made again has a new record.
        facts = Facts(deployment, ledgers, last, now)
        work = Outdated(facts, kept, untested)
    told = {"as_of": now.isoformat(), "overlay": overlay(deployment)} | work.told()
    for contract in deployment.contracts:
        ensure_schema(contract, deployment.lake)
    write_receipts(ledgers.values(), deployment.lake)
    with open_tables(deployment) as tables:
        tables.prepare()
        tables.forget(work.anew(without={SOURCE + source for source in unsound}))
    return Plan(
        build=_next(deployment, last, ledgers, as_of=now, full=not kept, why=why),
        run=tuple(sorted(work.run)),
        spared=tuple(sorted(facts.wanted.keys() - work.run)),
        told=told,
        fingerprints=work.fingerprints(),
        unsound=unsound,
    )


def _next(
    deployment: Deployment,
    last: Build | None,
    ledgers: Mapping[str, Ledger],
    *,
    as_of: datetime,
    **found: Any,
) -> Build:
    """The record of a build that is to be made."""
    return Build(
        id=f"{int(last.id) + 1 if last else 1:08d}",
        day=bangkok_day(as_of),
        as_of=as_of,
        code=code_hash(deployment),
        ledgers=(last.ledgers if last else {})
        | {source: ledger.last_number() for source, ledger in ledgers.items()},
        token=uuid4().hex,
        **found,
    )


def _kept(
    deployment: Deployment, last: Build | None, *, anew: bool
) -> tuple[dict[str, Fingerprints], set[str], str]:
    """What the tables keep of what they are made from, but of those that must be made anew; which
    of them a build wrote that was stopped; and why anything is made anew, where that needs telling.
    """
    with open_tables(deployment) as tables:
        # A catalogue that was lost or brought back knows other tables than the last build made.
        if anew or last is None or not last.token or tables.token != last.token:
            return {}, set(), ""
        kept, files = tables.fingerprints(), tables.files_by_table()
        unfinished, untested = tables.written_since(last.id), tables.untested_since(last.id)
    sums = table_sums(deployment.lake, last)
    damaged = damaged_tables(deployment, files, sums, unfinished)
    for table in damaged:
        kept.pop(table, None)
    return kept, untested, "; ".join(damaged.values())


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


def _selector(name: str) -> str:
    return f"source:lake.{name.removeprefix(SOURCE)}" if name.startswith(SOURCE) else name
