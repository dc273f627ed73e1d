"""The dbt project as assets: staging, intermediate, dimensions and marts, with dbt's own tests.

Belongs here: how dbt's nodes appear in Dagster and how a build is run and recorded there. Does
not belong here: SQL, and what must be rebuilt (`building.py` decides that, for the command too).
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from orchestration.building import record
from orchestration.builds import Build, last_build
from orchestration.compiling import manifest
from orchestration.deployment import DBT_PROJECT, Deployment
from orchestration.planning import plan
from orchestration.resources import Platform
from orchestration.running_dbt import DBT, dbt_folder, environment_of_dbt
from orchestration.standing import checks_of
from orchestration.steps import BUILD, hold_spoilt


class ByDomain(DagsterDbtTranslator):
    """Groups models by the domain that their folder or their source names."""

    def __init__(self, domains: Mapping[str, str]) -> None:
        """Take the domain of each source, for staging models."""
        super().__init__()
        self._domains = domains

    def get_group_name(self, dbt_resource_props: Mapping[str, object]) -> str | None:
        """`environment` for marts/environment/…, the source's domain for stg_<source>."""
        path = str(dbt_resource_props["original_file_path"]).split("/")
        name = str(dbt_resource_props["name"]).removeprefix("stg_")
        if name in self._domains:
            return self._domains[name]
        return path[2] if len(path) > 3 else "reference"


def assets(deployment: Deployment) -> list[dg.AssetsDefinition]:
    """The dbt assets, from the manifest of the project as it is.

    dbt's nodes are told one by one as they end, so the step is taken in its parts here.
    """
    translator = ByDomain({c.id: c.domain for c in deployment.contracts})

    @dbt_assets(
        manifest=manifest(deployment),
        project=None,
        dagster_dbt_translator=translator,
        pool="duckdb",
        name="curated",
    )
    def curated(context: dg.AssetExecutionContext, platform: Platform) -> Iterator[object]:
        deployment = platform.deployment()
        with BUILD.held(deployment):
            yield from _built(context, deployment)

    return [curated]


def _built(context: dg.AssetExecutionContext, deployment: Deployment) -> Iterator[object]:
    """What becomes of each of dbt's nodes, as it ends; at the end the build is recorded."""
    planned = plan(deployment)
    if isinstance(planned, Build):
        context.log.info(f"nothing new since build {planned.id}: the tables stay")
        yield from _told_beside(context, planned, (), set(context.selected_asset_keys))
        return
    if context.assets_def.is_subset:
        selected = {key.path[-1] for key in context.selected_asset_keys}
        planned = planned.for_some(selected, deployment)
    folder = dbt_folder(deployment)
    os.environ.update(environment_of_dbt(deployment, folder) | planned.environment(folder))
    dbt = DbtCliResource(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=str(DBT),
    )
    ran = dbt.cli(planned.arguments_by_exclusion(), context=context, raise_on_error=False)
    last = last_build(deployment.lake)
    whole = set(planned.spared) - (last.spoilt.keys() if last else set())
    staying = {key for key in context.selected_asset_keys if key.path[-1] in whole}
    yield from _told_beside(context, last, ran.stream(), staying)
    results = Path(ran.target_path) / "run_results.json"
    done = record(deployment, planned, results, manifest(deployment))
    for node, message in done.broken.items():
        context.log.error(f"{node}: {message}")
    for report in hold_spoilt(deployment, done).reports:
        context.log.error(f"{report.product} is held back: its table was not built")
        # Its own steps are skipped in this run, and would leave the checks of the last one.
        for event in checks_of(deployment, report):
            context.instance.report_runless_asset_event(event)


def _told_beside(
    context: dg.AssetExecutionContext,
    last: Build | None,
    events: Iterable[object],
    staying: set[dg.AssetKey],
) -> Iterator[object]:
    """What dbt tells of its nodes, and of those that stay as the last build left them: each after
    what it is made from, which Dagster insists on."""
    known = {"unchanged since build": last.id if last else ""}
    left = {key: None for key in _in_order(context) if key in staying}
    for event in events:
        if isinstance(event, dg.Output):
            made_from = _behind(context, context.asset_key_for_output(event.output_name))
            for key in [key for key in left if key in made_from]:
                del left[key]
                yield dg.MaterializeResult(asset_key=key, metadata=known)
        yield event
    for key in left:
        yield dg.MaterializeResult(asset_key=key, metadata=known)


def _behind(context: dg.AssetExecutionContext, key: dg.AssetKey) -> set[dg.AssetKey]:
    found, ahead = set[dg.AssetKey](), [key]
    while ahead:
        for parent in context.assets_def.asset_deps.get(ahead.pop(), ()):
            if parent not in found:
                found.add(parent)
                ahead.append(parent)
    return found


def _in_order(context: dg.AssetExecutionContext) -> Iterator[dg.AssetKey]:
    """The selected assets, each after those that it depends on."""
    selected = context.selected_asset_keys
    dependencies = context.assets_def.asset_deps
    sorter = TopologicalSorter({key: dependencies[key] & selected for key in selected})
    yield from sorter.static_order()
