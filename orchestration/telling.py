"""Tells Dagster what a run of the `cdp` command did, so that the UI shows one truth.

Whoever does the work, a schedule in Dagster or `cdp nightly` from a terminal or cron, an operator
finds the same materializations and check results on the same assets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg

from ingestion.contracts import SourceContract
from ingestion.deliveries.report import IngestReport
from orchestration.deployment import Deployment
from orchestration.facts import (
    EXPIRED,
    VERIFIED,
    evaluation,
    release_metadata,
    source_checks,
    source_metadata,
    standing_checks,
    vault_check,
    vault_metadata,
    verified_check,
    verified_metadata,
)
from orchestration.facts_of_tables import MAINTAINED, maintained_check, maintained_metadata
from orchestration.ingesting import what_stands
from orchestration.instance import prepare_instance
from orchestration.nightly import NightlyReport
from orchestration.standing import checks_of
from publication.release import Released

Event = dg.AssetMaterialization | dg.AssetCheckEvaluation


def tell_of_sources(deployment: Deployment, sources: Sequence[IngestReport]) -> None:
    """Record what became of the sources in this home's Dagster instance."""
    prepare_instance(deployment.settings)
    with dg.DagsterInstance.get() as instance:
        for event in _sources(deployment, sources, _checks_told(instance, sources)):
            instance.report_runless_asset_event(event)


def tell_of_standing(deployment: Deployment, contracts: Iterable[SourceContract]) -> None:
    """Record what stands of sources, after an operator has put something right."""
    events = [
        evaluation(dg.AssetKey(["lake", contract.id]), check)
        for contract in contracts
        for check in standing_checks(
            IngestReport(contract.id, outstanding=what_stands(deployment, contract))
        )
    ]
    _record(deployment, events)


def tell_of_night(deployment: Deployment, report: NightlyReport) -> None:
    """Record what else a nightly run did."""
    products = _products(deployment, report)
    _record(deployment, (*_vault(report), *_tables(report), *products))


def _record(deployment: Deployment, events: Iterable[Event]) -> None:
    prepare_instance(deployment.settings)
    with dg.DagsterInstance.get() as instance:
        for event in events:
            instance.report_runless_asset_event(event)


def _vault(report: NightlyReport) -> Iterator[Event]:
    yield dg.AssetMaterialization(EXPIRED, metadata=vault_metadata(report.expired))
    yield evaluation(EXPIRED, vault_check(report.expired))
    yield dg.AssetMaterialization(MAINTAINED, metadata=maintained_metadata(report.maintained))
    yield evaluation(MAINTAINED, maintained_check(report.maintained))
    yield dg.AssetMaterialization(VERIFIED, metadata=verified_metadata(report.verified))
    yield evaluation(VERIFIED, verified_check(report.verified))


def _checks_told(
    instance: dg.DagsterInstance, sources: Sequence[IngestReport]
) -> dict[dg.AssetCheckKey, bool]:
    """Whether the checks of sources passed when Dagster was told of them last."""
    keys = [
        dg.AssetCheckKey(_asset(source), check.check_name)
        for source in sources
        for check in source_checks(source)
        if check.check_name
    ]
    last = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    told = {key: record.evaluation for key, record in last.items()}
    return {key: evaluated.passed for key, evaluated in told.items() if evaluated}


def _sources(
    deployment: Deployment, sources: Sequence[IngestReport], told: Mapping[dg.AssetCheckKey, bool]
) -> Iterator[Event]:
    for source in sources:
        key = _asset(source)
        if deployment.contract(source.source).delivery == "increment":
            for day in sorted({day for entry in source.entries for day in entry.days}):
                metadata = source_metadata(source.about(day))
                yield dg.AssetMaterialization(key, metadata=metadata, partition=day.isoformat())
        elif source.accepted:
            yield dg.AssetMaterialization(key, metadata=source_metadata(source))
        reachable, *of_files = (evaluation(key, check) for check in source_checks(source))
        yield reachable
        for check in of_files:
            # Red turns green also where nothing new came: known good bytes, or another machine.
            other = told.get(check.asset_check_key, check.passed) != check.passed
            if other or _has_changed(source):
                yield check


def _asset(source: IngestReport) -> dg.AssetKey:
    return dg.AssetKey(["lake", source.source])


def _has_changed(source: IngestReport) -> bool:
    standing = source.outstanding
    return bool(source.entries or source.replayed or (standing and standing.entries))


def _tables(report: NightlyReport) -> Iterator[Event]:
    for table in report.build.tables if report.built else ():
        key = dg.AssetKey(table.split("/"))
        yield dg.AssetMaterialization(key, metadata={"build": report.build.id})


def _products(deployment: Deployment, report: NightlyReport) -> Iterator[Event]:
    outcomes = {outcome.product: outcome for outcome in report.outcomes}
    for verdict in report.reports:
        outcome = outcomes[verdict.product]
        candidate = dg.AssetKey(["candidate", verdict.product])
        if report.built:
            yield dg.AssetMaterialization(candidate, metadata={"build": report.build.id})
        yield from checks_of(deployment, verdict)
        if isinstance(outcome, Released):
            key = dg.AssetKey(["open", verdict.product])
            metadata = release_metadata(deployment, verdict, outcome)
            yield dg.AssetMaterialization(key, metadata=metadata)
