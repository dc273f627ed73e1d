"""One asset per source contract: fetched, judged and kept in the lake.

Belongs here: how a source appears to an operator. Does not belong here: anything that depends on
which source it is; that stands in its contract. A source that is out of reach or sends rubbish
fails a check and not the run, so that it never stops the others.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from ingestion.clock import yesterday
from ingestion.contracts import SourceContract
from ingestion.ingest import IngestReport
from orchestration.deployment import open_deployment
from orchestration.nightly import ingest_all
from orchestration.partitions import DAILY
from orchestration.resources import Platform


def source_asset(contract: SourceContract) -> dg.AssetsDefinition:
    """The asset `lake/<source>` with its checks."""
    key = dg.AssetKey(["lake", contract.id])

    @dg.asset(
        key=key,
        group_name=contract.domain,
        partitions_def=DAILY if contract.delivery == "increment" else None,
        description=f"{contract.title.en} · {contract.title.th}\n\n{contract.description.en}",
        kinds={contract.format.type, contract.fetch.connector},
        owners=[contract.owner.email],
        tags={"cadence": contract.cadence, "classification": contract.classification},
        pool="ingestion",
        check_specs=[
            dg.AssetCheckSpec("reachable", asset=key, description="The source answered."),
            dg.AssetCheckSpec("files_usable", asset=key, description="No file was refused."),
            dg.AssetCheckSpec("rows_usable", asset=key, description="No row was quarantined."),
        ],
    )
    def ingest_source(
        context: dg.AssetExecutionContext, platform: Platform
    ) -> dg.MaterializeResult:
        deployment = platform.deployment()
        day = yesterday(deployment.clock)
        if context.has_partition_key:
            day = date.fromisoformat(context.partition_key)
        with deployment.alone("nightly"):
            report = ingest_all(deployment, [contract], [day], context.log.info)[0]
        return dg.MaterializeResult(
            metadata=source_metadata(report), check_results=list(source_checks(report))
        )

    return ingest_source


def source_metadata(report: IngestReport) -> dict[str, dg.MetadataValue]:
    """What an operator wants to know of one run."""
    files = [
        dg.TableRecord(
            {
                "file": entry.name,
                "outcome": entry.outcome.status,
                "accepted": entry.outcome.accepted,
                "quarantined": entry.outcome.quarantined,
                "repeated": entry.outcome.deduplicated,
                "why": entry.outcome.message or ", ".join(entry.outcome.reasons),
                "delivery": entry.sha256[:12],
            }
        )
        for entry in report.entries[:200]
    ]
    columns = ("file", "outcome", "accepted", "quarantined", "repeated", "why", "delivery")
    numbers = ("accepted", "quarantined", "repeated")
    schema = dg.TableSchema(
        [dg.TableColumn(name, "int" if name in numbers else "string") for name in columns]
    )
    return {
        "dagster/row_count": dg.MetadataValue.int(report.accepted),
        "new files": dg.MetadataValue.int(len(report.entries)),
        "rows quarantined": dg.MetadataValue.int(report.quarantined),
        "rows repeated": dg.MetadataValue.int(report.deduplicated),
        "files refused": dg.MetadataValue.int(len(report.refused)),
        "files": dg.MetadataValue.table(files, schema=schema),
    }


def source_checks(report: IngestReport) -> Iterator[dg.AssetCheckResult]:
    """The three checks of a source, each with what to do."""
    error, warn = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(
        check_name="reachable",
        passed=not report.problem,
        severity=error,
        description=report.problem or "the source answered",
    )
    refused = [f"{e.name}: {e.outcome.code}: {e.outcome.message}" for e in report.refused]
    yield dg.AssetCheckResult(
        check_name="files_usable",
        passed=not refused,
        severity=warn,
        description="\n".join(refused) or "no file was refused",
    )
    yield dg.AssetCheckResult(
        check_name="rows_usable",
        passed=report.quarantined == 0,
        severity=warn,
        description=f"{report.quarantined} rows quarantined; `cdp quarantine list {report.source}` "
        "shows them with their reasons"
        if report.quarantined
        else "no row was quarantined",
    )


@dg.definitions
def defs() -> dg.Definitions:
    """An asset for every contract."""
    return dg.Definitions(assets=[source_asset(c) for c in open_deployment().contracts])
