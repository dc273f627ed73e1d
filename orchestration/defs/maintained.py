"""The curated tables put in order, as a step of every night.

Belongs here: how it appears to an operator. Does not belong here: what is done
(`orchestration/maintaining.py`).
"""

import dagster as dg

from orchestration.deployment import Deployment
from orchestration.facts_of_tables import MAINTAINED, maintained_check, maintained_metadata
from orchestration.resources import Platform
from orchestration.steps import MAINTAIN, Night, walk


def assets(_: Deployment) -> list[dg.AssetsDefinition]:
    """The one asset."""

    @dg.asset(
        key=MAINTAINED,
        group_name="integrity",
        description="The curated tables in few files a month, without snapshots that no release "
        "names. By hand: `cdp lake maintain`.",
        kinds={"ducklake"},
        check_specs=[
            dg.AssetCheckSpec(
                "tables_are_in_order",
                asset=MAINTAINED,
                description="Files were merged, and what nobody names is gone.",
            )
        ],
    )
    def maintained(platform: Platform) -> dg.MaterializeResult:
        done = walk(Night(platform.deployment()), MAINTAIN).maintained
        return dg.MaterializeResult(
            metadata=maintained_metadata(done), check_results=[maintained_check(done)]
        )

    return [maintained]
