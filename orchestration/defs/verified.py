"""A thirtieth of the lake held against its records, as a step of every night.

Belongs here: how it appears to an operator. Does not belong here: what is looked at
(`orchestration/verifying.py`).
"""

import dagster as dg

from orchestration.facts import VERIFIED, verified_check, verified_metadata
from orchestration.resources import Platform
from orchestration.verifying import verify_next_part


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
    """Look at the part whose turn it is."""
    deployment = platform.deployment()
    with deployment.alone("nightly"):
        done = verify_next_part(deployment)
    return dg.MaterializeResult(
        metadata=verified_metadata(done), check_results=[verified_check(done)]
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The one asset."""
    return dg.Definitions(assets=[verified])
