"""Every step of a night as assets, the nightly job and its schedule.

02:00 in Asia/Bangkok, about the day that has just ended.
"""

from collections.abc import Callable

import dagster as dg

from orchestration import steps
from orchestration.defs import (
    candidates,
    curated,
    maintained,
    open_data,
    sources,
    vault,
    verified,
)
from orchestration.deployment import Deployment, open_deployment
from orchestration.partitions import DAILY
from orchestration.steps import STEPS, Step

SHOWN: dict[Step, Callable[[Deployment], list[dg.AssetsDefinition]]] = {
    steps.EXPIRE: vault.assets,
    steps.INGEST: sources.assets,
    steps.BUILD: curated.assets,
    steps.GATE: candidates.assets,
    steps.PUBLISH: open_data.assets,
    steps.MAINTAIN: maintained.assets,
    steps.VERIFY: verified.assets,
}
"""How each step appears to an operator."""


@dg.definitions
def defs() -> dg.Definitions:
    """The steps, as `cdp nightly` walks them: what one needs of another orders them."""
    deployment = open_deployment()
    nightly = dg.define_asset_job(
        "nightly",
        selection=dg.AssetSelection.all(),
        partitions_def=DAILY,
        description="Everything: ingest every source, build, gate, publish.",
        tags={"dagster/max_runtime": "7200"},
    )
    schedule = dg.build_schedule_from_partitioned_job(
        nightly,
        name="nightly_at_two",
        hour_of_day=2,
        description="02:00 Asia/Bangkok, for the day that has just ended.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(
        assets=[asset for step in STEPS for asset in SHOWN[step](deployment)],
        jobs=[nightly],
        schedules=[schedule],
    )
