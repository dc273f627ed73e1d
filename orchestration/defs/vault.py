"""The end of raw personal bytes and of the keys of pseudonyms, as a step of every night.

Belongs here: how it appears to an operator. Does not belong here: what is due
(`ingestion/privacy/`). A night that cannot destroy what is due says so in red and goes on with the
rest: other work must not wait for it, nor hide it.
"""

import dagster as dg

from orchestration.deployment import Deployment
from orchestration.facts import EXPIRED, vault_check, vault_metadata
from orchestration.resources import Platform
from orchestration.steps import EXPIRE, Night, walk


def assets(_: Deployment) -> list[dg.AssetsDefinition]:
    """The one asset."""

    @dg.asset(
        key=EXPIRED,
        group_name="privacy",
        description="Raw personal bytes and keys whose life is over, made unreadable for ever. "
        "What it still holds, and until when: `cdp vault list`.",
        kinds={"aes"},
        check_specs=[
            dg.AssetCheckSpec(
                "nothing_outlives_its_day",
                asset=EXPIRED,
                description="Everything was destroyed that was due.",
            )
        ],
    )
    def expired(platform: Platform) -> dg.MaterializeResult:
        done = walk(Night(platform.deployment()), EXPIRE).expired
        return dg.MaterializeResult(
            metadata=vault_metadata(done), check_results=[vault_check(done)]
        )

    return [expired]
