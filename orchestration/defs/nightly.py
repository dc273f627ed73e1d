"""The nightly job and its schedule: 02:00 in Asia/Bangkok, about the day that has just ended."""

import dagster as dg

from orchestration.partitions import DAILY

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    partitions_def=DAILY,
    description="Everything: ingest every source, build, gate, publish.",
    tags={"dagster/max_runtime": "7200"},
)

nightly_schedule = dg.build_schedule_from_partitioned_job(
    nightly,
    name="nightly_at_two",
    hour_of_day=2,
    description="02:00 Asia/Bangkok, for the day that has just ended.",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
