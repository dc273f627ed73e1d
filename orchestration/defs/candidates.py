"""Per product: the candidate files, and the gate's verdict on them as their check.

    marts/<product> ──▶ candidate/<product> ──gate──▶ open/<product>

A product that is held back is a warning: the run goes on and ends well, and the step after it holds
the last good version. A gate that falls over is an error, and nothing after it runs. Nothing here
reaches readers.
"""

import dagster as dg

from dbt_project.products import Product
from orchestration.deployment import Deployment
from orchestration.resources import Platform
from orchestration.standing import GATE as CHECK
from orchestration.standing import gate_check
from orchestration.steps import GATE, Night, walk


def assets(deployment: Deployment) -> list[dg.AssetsDefinition]:
    """A candidate of every product."""
    return [candidate_asset(product) for product in deployment.products]


def candidate_asset(product: Product) -> dg.AssetsDefinition:
    """The asset `candidate/<product>`: the very bytes that would be published, judged."""
    key = dg.AssetKey(["candidate", product.id])

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["marts", product.id])],
        group_name=product.domain,
        description=f"What may be published as {product.id}: {product.title.en}",
        kinds={"parquet", "csv"},
        pool="duckdb",
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                blocking=True,
                description="Everything that must hold before this product is public.",
            )
        ],
    )
    def candidate(platform: Platform) -> dg.MaterializeResult:
        night = walk(Night(platform.deployment(), products=[product]), GATE)
        (report,) = night.reports
        return dg.MaterializeResult(
            metadata={"build": report.build}, check_results=[gate_check(report)]
        )

    return candidate
