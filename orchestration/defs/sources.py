"""One asset per source contract: fetched, read, cast and kept in the lake.

Belongs here: how a source appears to an operator. Does not belong here: anything that depends on
which source it is; that stands in its contract. A source that is out of reach or sends rubbish
fails a check and not the run, so that it never stops the others.
"""

from datetime import date

import dagster as dg

from ingestion.clock import yesterday
from ingestion.contracts import SourceContract
from orchestration.deployment import Deployment
from orchestration.facts import source_checks, source_metadata
from orchestration.partitions import DAILY
from orchestration.resources import Platform
from orchestration.steps import INGEST, Night, walk


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
            dg.AssetCheckSpec(
                "reachable", asset=key, description="The source answered. · แหล่งข้อมูลตอบ"
            ),
            dg.AssetCheckSpec(
                "files_usable",
                asset=key,
                description="No refused file is outstanding. · ไม่มีไฟล์ที่ไม่รับค้างอยู่",
            ),
            dg.AssetCheckSpec(
                "rows_usable",
                asset=key,
                description="No quarantined row is outstanding. · ไม่มีแถวที่พักไว้ตรวจสอบค้างอยู่",
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
        night = Night(deployment, [day], [contract], progress=context.log.info)
        (report,) = walk(night, INGEST).sources
        return dg.MaterializeResult(
            metadata=source_metadata(report), check_results=list(source_checks(report))
        )

    return ingest_source


def assets(deployment: Deployment) -> list[dg.AssetsDefinition]:
    """An asset for every contract."""
    return [source_asset(contract) for contract in deployment.contracts]
