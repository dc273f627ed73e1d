"""Per product: the candidate files, the gate that blocks them, and the release.

    marts/<product> ──▶ candidate/<product> ──gate──▶ open/<product>

A product that is held back keeps its last good version; the catalogue and the check `current` of
`open/<product>` say since when and why. It is a warning: the run goes on and ends well. A gate that
falls over is an error, and nothing after it runs. Publication reads the gate's report for the exact
bytes; that a step ran before another proves nothing to it.
"""

from collections.abc import Iterator

import dagster as dg

from dbt_project.products import Product
from ingestion.errors import PermanentError
from orchestration.builds import Build, last_build
from orchestration.deployment import Deployment, open_deployment
from orchestration.facts import release_metadata
from orchestration.gating import judge_written, read_report, write_candidates
from orchestration.publishing import publish_judged
from orchestration.resources import Platform
from orchestration.standing import CURRENT, GATE, current_check, gate_check
from publication.release import Refused


def candidate_asset(product: Product) -> dg.AssetsDefinition:
    """The asset `candidate/<product>`: the very bytes that would be published."""

    @dg.asset(
        key=_candidate(product),
        deps=[dg.AssetKey(["marts", product.id])],
        group_name=product.domain,
        description=f"What may be published as {product.id}: {product.title.en}",
        kinds={"parquet", "csv"},
        pool="duckdb",
    )
    def write(platform: Platform) -> dg.MaterializeResult:
        deployment = platform.deployment()
        with deployment.alone("nightly"):
            build = _build(deployment)
            facts = {"build": build.id}
            if read_report(deployment, build, product) is None:
                unwritten = write_candidates(deployment, build, [product])
                if product.id in unwritten:
                    facts["not written"] = unwritten[product.id]
        return dg.MaterializeResult(metadata=facts)

    return write


def check_of_gate(product: Product) -> dg.AssetChecksDefinition:
    """The check `gate` of a candidate; whatever comes after it waits for it."""

    @dg.asset_check(
        asset=_candidate(product),
        name=GATE,
        blocking=True,
        description="Everything that must hold before this product is public.",
    )
    def gate(platform: Platform) -> dg.AssetCheckResult:
        deployment = platform.deployment()
        build = _build(deployment)
        report = read_report(deployment, build, product)
        if report is None:
            report = judge_written(deployment, build, product)
        if report.verdict == "held":  # whoever asks for no more than this has readers told, too
            with deployment.alone("nightly"):
                publish_judged(deployment, build, [report])
        return gate_check(report)

    return gate


def open_asset(product: Product) -> dg.AssetsDefinition:
    """The asset `open/<product>`: the release that readers see, and whether it is current."""
    key = dg.AssetKey(["open", product.id])

    @dg.asset(
        key=key,
        deps=[_candidate(product)],
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
        deployment = platform.deployment()
        with deployment.alone("nightly"):
            build = _build(deployment)
            report = read_report(deployment, build, product)
            if report is None:
                problem = f"build {build.id} of {product.id} was not judged"
                raise dg.Failure(problem, allow_retries=False)
            outcome = publish_judged(deployment, build, [report])[0]
        if isinstance(outcome, Refused):
            raise dg.Failure(outcome.error.message, allow_retries=False)
        check = current_check(deployment, report)
        if not check.passed:
            context.log.warning(check.description or "")
        else:
            yield dg.MaterializeResult(metadata=release_metadata(deployment, report, outcome))
        yield check

    return publish


def _candidate(product: Product) -> dg.AssetKey:
    return dg.AssetKey(["candidate", product.id])


def _build(deployment: Deployment) -> Build:
    build = last_build(deployment.lake)
    if build is None:
        raise PermanentError("nothing was built yet", fix="materialize the curated assets first")
    return build


@dg.definitions
def defs() -> dg.Definitions:
    """Candidate, gate and release of every product."""
    products = open_deployment().products
    return dg.Definitions(
        assets=[make(p) for p in products for make in (candidate_asset, open_asset)],
        asset_checks=[check_of_gate(p) for p in products],
    )
