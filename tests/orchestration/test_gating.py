"""The gate over a deployment: what it judges again, and the last release that it is handed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dbt_project.products import MethodChange, Product
from expectations import suite
from expectations.report import GateReport
from ingestion.contracts.words import Bilingual
from ingestion.sealed import seal
from ingestion.settings import PROJECT, Settings
from ingestion.storage import keys
from orchestration import gating
from orchestration.deployment import Deployment
from orchestration.gating import judge_candidates, read_report
from orchestration.publishing import publish_judged
from publication import folder
from publication.commits import head
from publication.model import Manifest
from publication.release import Held, Released
from tests.support.hotels import HOTELS, NOW, Offer, offering

COUNTED_ANEW = MethodChange(
    number=1, date=date(2026, 1, 8), text=Bilingual(th="นับใหม่", en="Counted anew")
)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=NOW))


@pytest.fixture
def product(deployment: Deployment) -> Product:
    return deployment.product("hotels_yearly")


@pytest.fixture
def offer(deployment: Deployment) -> Iterator[Offer]:
    with offering(deployment) as build:
        yield build


def found(report: GateReport) -> dict[str, str]:
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def with_change(deployment: Deployment, product: Product) -> Product:
    """The product under a new method, in this deployment."""
    new = product.model_copy(update={"method_changes": (COUNTED_ANEW,)})
    others = (each for each in deployment.products if each.id != product.id)
    deployment.__dict__["products"] = (*others, new)
    return new


def test_a_final_value_that_readers_have_and_that_is_gone_holds_the_product(
    deployment: Deployment, product: Product, offer: Offer
) -> None:
    first = offer(1, HOTELS)
    (out,) = publish_judged(deployment, first, judge_candidates(deployment, first, [product]))

    second = offer(2, HOTELS | {2024: None})
    (report,) = judge_candidates(deployment, second, [product])
    (held,) = publish_judged(deployment, second, [report])

    assert isinstance(out, Released)
    assert "column=hotels, before=950, reason=missing" in found(report)["final_values_are_kept"]
    assert isinstance(held, Held)
    assert held.version == out.version


def test_a_new_method_moves_final_values_with_its_first_release_and_never_after(
    deployment: Deployment, product: Product, offer: Offer
) -> None:
    first = offer(1, HOTELS)
    publish_judged(deployment, first, judge_candidates(deployment, first, [product]))
    new = with_change(deployment, product)

    second = offer(2, HOTELS | {2024: None, 2023: 901})
    (moved,) = judge_candidates(deployment, second, [new])
    (out,) = publish_judged(deployment, second, [moved])
    third = offer(3, HOTELS | {2024: None, 2023: None})
    (after,) = judge_candidates(deployment, third, [new])

    assert isinstance(out, Released)
    assert "method change 1 of 2026-01-08 moved" in found(moved)["final_values_stay"]
    assert moved.verdict == "passed"
    assert after.verdict == "held"
    assert "column=hotels, before=901" in found(after)["final_values_are_kept"]


def test_a_new_method_is_not_used_up_while_its_product_is_held(
    deployment: Deployment, product: Product, offer: Offer
) -> None:
    first = offer(1, HOTELS)
    publish_judged(deployment, first, judge_candidates(deployment, first, [product]))
    new = with_change(deployment, product)

    second = offer(2, HOTELS | {2024: None, 2023: -5})
    (broken,) = judge_candidates(deployment, second, [new])
    publish_judged(deployment, second, [broken])
    third = offer(3, HOTELS | {2024: None})
    (report,) = judge_candidates(deployment, third, [new])

    assert set(found(broken)) == {"there_are_hotels", "final_values_stay"}
    assert report.verdict == "passed"


@pytest.mark.parametrize("damage", ["other bytes", "gone", "manifest"])
def test_a_last_release_that_is_damaged_holds_its_product_alone(
    deployment: Deployment, product: Product, offer: Offer, damage: str
) -> None:
    first = offer(1, HOTELS)
    (out,) = publish_judged(deployment, first, judge_candidates(deployment, first, [product]))
    assert isinstance(out, Released)
    name = "manifest.json" if damage == "manifest" else "hotels_yearly.parquet"
    key = keys.release_file("tourism", "hotels_yearly", out.version, name)
    if damage == "gone":
        deployment.open.delete(key)
    else:
        deployment.open.put(key, deployment.open.get(key)[:-1] + b"!")

    tap = deployment.product("tap_water_yearly")
    reports = judge_candidates(deployment, offer(2, HOTELS), [product, tap])

    assert [report.verdict for report in reports] == ["held", "held"]
    assert set(found(reports[0])) == {
        *("final_values_are_kept", "final_values_stay", "rows_are_not_lost")
    }
    assert key in reports[0].headline
    assert "files_are_readable" in found(reports[1])


def test_a_last_release_of_a_newer_platform_holds_its_product(
    deployment: Deployment, product: Product, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = offer(1, HOTELS)
    publish_judged(deployment, first, judge_candidates(deployment, first, [product]))
    monkeypatch.setattr(folder, "read_manifest", lambda *_: Manifest.model_validate({"news": 1}))

    (report,) = judge_candidates(deployment, offer(2, HOTELS), [product])

    assert report.verdict == "held"
    assert "holds words that this code does not know" in found(report)["final_values_are_kept"]


def test_a_verdict_stands_until_the_suite_or_the_gate_is_another(
    deployment: Deployment,
    product: Product,
    offer: Offer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    build = offer(1, HOTELS)
    (report,) = judge_candidates(deployment, build, [product])
    assert read_report(deployment, build, product) == report

    copied = tmp_path / "corrected.yaml"
    copied.write_bytes(suite.suite_path(product).read_bytes() + b"# corrected\n")
    with monkeypatch.context() as patched:
        patched.setattr(suite, "suite_path", lambda _: copied)
        assert read_report(deployment, build, product) is None
    with monkeypatch.context() as patched:
        patched.setattr("expectations.gate.gate_sha256", lambda: "0" * 64)
        assert read_report(deployment, build, product) is None
    assert read_report(deployment, build, product) == report


def test_a_candidate_that_is_judged_again_is_not_held_for_its_own_report(
    deployment: Deployment, product: Product, offer: Offer
) -> None:
    build = offer(1, HOTELS)

    first, again = (judge_candidates(deployment, build, [product])[0] for _ in range(2))

    assert deployment.lake.head(keys.gate_report(build.id, product.id))
    assert (first.verdict, again.verdict) == ("passed", "passed")
    assert again.files == first.files


@pytest.mark.parametrize("change", ["other bytes", "gone", "one more"])
def test_a_verdict_counts_for_the_bytes_that_it_names_alone(
    deployment: Deployment, product: Product, offer: Offer, change: str
) -> None:
    build = offer(1, HOTELS)
    (report,) = judge_candidates(deployment, build, [product])
    prefix = keys.candidate_prefix(build.id, product.id)
    key, csv = (f"{prefix}{file.name}" for file in sorted(report.files, key=lambda f: f.name)[::-1])
    body = deployment.lake.get(key)
    if change == "gone":
        deployment.lake.delete(csv)
    else:
        other = key if change == "other bytes" else f"{key}.csv"
        deployment.lake.put(other, body + b"!")

    assert read_report(deployment, build, product) is None


@pytest.mark.parametrize("said", [{"build": "00000002"}, {"product": "rain_daily"}])
def test_a_verdict_on_another_build_or_product_counts_for_nothing(
    deployment: Deployment, product: Product, offer: Offer, said: dict[str, str]
) -> None:
    build = offer(1, HOTELS)
    (report,) = judge_candidates(deployment, build, [product])
    key = keys.gate_report(build.id, product.id)

    other = report.model_copy(update=said)
    deployment.lake.put(key, seal(other.model_dump_json().encode()))

    assert read_report(deployment, build, product) is None


@pytest.fixture
def personal(deployment: Deployment, tmp_path: Path) -> Deployment:
    """The same home, in which an overlay calls one source of the product personal."""
    written = PROJECT / "ingestion" / "contracts" / "tourism" / "hotel_occupancy.yaml"
    overlay = tmp_path / "overlay"
    (overlay / "tourism").mkdir(parents=True)
    text = written.read_text("utf-8").replace("classification: open", "classification: personal")
    (overlay / "tourism" / written.name).write_text(text, "utf-8")
    return Deployment(deployment.settings.model_copy(update={"contracts_overlay": overlay}))


def test_an_overlay_that_calls_a_source_personal_holds_what_was_passed(
    deployment: Deployment, personal: Deployment, product: Product, offer: Offer
) -> None:
    build = offer(1, HOTELS)
    (before,) = judge_candidates(deployment, build, [product])
    assert read_report(personal, build, product) is None

    (report,) = judge_candidates(personal, build, [product])

    assert before.verdict == "passed"
    assert list(found(report)) == ["personal_sources_are_admitted"]
    assert "source=hotel_occupancy, classification=personal" in report.headline


@pytest.mark.parametrize(
    "lineage", [{}, {"hotels_yearly": ()}, {"rain_daily": ("hotel_occupancy",)}]
)
def test_a_build_that_does_not_know_what_a_product_is_made_from_holds_it(
    deployment: Deployment,
    product: Product,
    offer: Offer,
    lineage: dict[str, tuple[str, ...]],
) -> None:
    build = offer(1, HOTELS).model_copy(update={"lineage": lineage})

    (report,) = judge_candidates(deployment, build, [product])

    assert list(found(report)) == ["personal_sources_are_admitted"]


def test_a_source_without_a_contract_counts_as_personal(
    deployment: Deployment, product: Product, offer: Offer
) -> None:
    renamed = {product.id: ("hotel_occupancy", "hotel_guests")}
    build = offer(1, HOTELS).model_copy(update={"lineage": renamed})

    (report,) = judge_candidates(deployment, build, [product])

    assert "source=hotel_guests, classification=unknown" in report.headline


def test_before_the_first_release_there_is_none_to_hand_over(
    deployment: Deployment, product: Product, tmp_path: Path
) -> None:
    assert head(deployment.open) is None
    assert gating._previous(deployment, product, tmp_path / "last.parquet") is None
