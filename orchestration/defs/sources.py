"""One asset per source contract: fetched, judged and kept in the lake.

Belongs here: how a source appears to an operator. Does not belong here: anything that depends on
which source it is; that stands in its contract. A source that is out of reach or sends rubbish
fails a check and not the run, so that it never stops the others.
"""

from datetime import date

import dagster as dg

from ingestion.clock import yesterday
from ingestion.contracts import SourceContract
from orchestration.deployment import open_deployment
from orchestration.facts import source_checks, source_metadata
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
            dg.AssetCheckSpec(
                "files_usable", asset=key, description="No refused file is outstanding."
            ),
            dg.AssetCheckSpec(
                "rows_usable", asset=key, description="No quarantined row is outstanding."
            ),
        ],
    )
    def ingest_source(
        context: dg.AssetExecutionContext, platform: Platform
    ) -> dg.MaterializeResult:
        deployment = platform.deployment()
        day = yesterday(deployment.clock)
        if context.has_partition_key:
            day = date.fromisoformat(context.partition_key)
        report = ingest_all(deployment, [contract], [day], context.log.info)[0]
        return dg.MaterializeResult(
            metadata=source_metadata(report), check_results=list(source_checks(report))
        )

    return ingest_source


@dg.definitions
def defs() -> dg.Definitions:
    """An asset for every contract."""
    return dg.Definitions(assets=[source_asset(c) for c in open_deployment().contracts])
