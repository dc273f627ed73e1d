"""A thirtieth of the lake held against its records, as a step of every night.

Belongs here: how it appears to an operator. Does not belong here: what is looked at
(`orchestration/verifying.py`).
"""

import dagster as dg

from orchestration.deployment import Deployment
from orchestration.facts import VERIFIED, verified_check, verified_metadata
from orchestration.resources import Platform
from orchestration.steps import VERIFY, Night, walk


def assets(_: Deployment) -> list[dg.AssetsDefinition]:
    """The one asset."""

    @dg.asset(
        key=VERIFIED,
        group_name="integrity",
        description="A thirtieth of the lake, by turns, held against what was recorded when it was "
        "written. All of it at once: `cdp verify`.",
        check_specs=[
            dg.AssetCheckSpec(
                "nothing_is_damaged",
                asset=VERIFIED,
                description="Everything is what was written.",
            )
        ],
    )
    def verified(platform: Platform) -> dg.MaterializeResult:
        done = walk(Night(platform.deployment()), VERIFY).verified
        return dg.MaterializeResult(
            metadata=verified_metadata(done), check_results=[verified_check(done)]
        )

    return [verified]
