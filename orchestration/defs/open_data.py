"""Per product: the release that readers see, and whether it is current.

A product that is held back keeps its last good version; the catalogue and the check `current` of
`open/<product>` say since when and why. It is a warning: the run goes on and ends well. Publication
reads the gate's report for the exact bytes; that a step ran before another proves nothing to it.
"""

from collections.abc import Iterator

import dagster as dg

from dbt_project.products import Product
from orchestration.deployment import Deployment
from orchestration.facts import release_metadata
from orchestration.resources import Platform
from orchestration.standing import CURRENT, current_check
from orchestration.steps import PUBLISH, Night, walk
from publication.release import Refused


def assets(deployment: Deployment) -> list[dg.AssetsDefinition]:
    """The release of every product."""
    return [open_asset(product) for product in deployment.products]


def open_asset(product: Product) -> dg.AssetsDefinition:
    """The asset `open/<product>`: the release that readers see, and whether it is current."""
    key = dg.AssetKey(["open", product.id])

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["candidate", product.id])],
        group_name=product.domain,
        description=f"{product.title.en} · {product.title.th}\n\n{product.description.en}",
        kinds={"parquet", "csv"},
        tags={"cadence": product.cadence},
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                CURRENT,
                asset=key,
                description="Readers have the newest data; if not, since when, why, what to do.",
            )
        ],
    )
    def publish(
        context: dg.AssetExecutionContext, platform: Platform
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        night = walk(Night(platform.deployment(), products=[product]), PUBLISH)
        (report,), (outcome,) = night.reports, night.outcomes
        if isinstance(outcome, Refused):
            raise dg.Failure(outcome.error.message, allow_retries=False)
        check = current_check(night.deployment, report)
        if not check.passed:
            context.log.warning(check.description or "")
        else:
            found = release_metadata(night.deployment, report, outcome)
            yield dg.MaterializeResult(metadata=found)
        yield check

    return publish
