"""What the last release called final stays, unless a rule of ours changed: for every product."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dbt_project.products import Column, load_products
from expectations.gate import judge
from ingestion.errors import PermanentError
from tests.expectations.altering import altered, without
from tests.expectations.conftest import KEPT, LINEAGE, NOW, STAY, TEXT

CHALONG, RASSADA = 0, 1


def test_final_values_that_are_the_same_pass(found, rows):
    verdict, kept, stay = found(rows, altered(rows, 2, landings=380, status="final"))

    assert verdict == "passed"
    assert (kept.outcome, stay.outcome) == ("ok", "ok")


def test_before_the_first_release_there_is_nothing_to_keep(
    piers_with_status, piers_suite, write_candidate, rows
):
    files = write_candidate(piers_with_status, rows)

    report = judge(
        piers_with_status, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE
    )

    said = {r.rule: r.message.en for r in report.results}
    assert report.verdict == "passed"
    assert {said[KEPT], said[STAY]} == {"no earlier release to compare with"}


@pytest.mark.parametrize("status", ["final", "provisional"])
@pytest.mark.parametrize(
    ("column", "value"), [("landings", None), ("note", None), ("note", ""), ("share_pct", None)]
)
def test_a_final_value_that_is_empty_now_holds_the_product(found, rows, column, value, status):
    verdict, kept, stay = found(rows, altered(rows, CHALONG, **{column: value, "status": status}))

    assert verdict == "held"
    assert kept.unexpected_count == (1 if status == "final" else 2)
    shown = kept.unexpected_rows[0]
    assert (shown["year"], shown["pier"], shown["column"]) == ("2024", "Chalong", column)
    assert shown["before"] == str(rows[CHALONG][column])
    assert stay.outcome == "ok"


def test_the_reason_of_a_value_that_vanished_is_shown_and_excuses_nothing(found, rows):
    now = altered(rows, CHALONG, landings=None, landings_status="pending")

    verdict, kept, _ = found(rows, now)

    assert verdict == "held"
    assert kept.unexpected_rows[0]["reason"] == "pending"
    assert "column=landings, before=410, reason=pending" in kept.message.en
    assert "add number 1 to method_changes" in kept.message.en


def test_a_final_row_that_is_gone_holds_the_product(found, rows):
    verdict, kept, stay = found(rows, without(rows, RASSADA))

    assert verdict == "held"
    assert kept.unexpected_count == 1
    assert "year=2024, pier=Rassada, reason=the row is gone" in kept.message.en
    assert stay.outcome == "ok"


def test_a_final_row_that_is_provisional_again_holds_the_product(found, rows):
    verdict, kept, _ = found(rows, altered(rows, CHALONG, status="provisional"))

    assert verdict == "held"
    assert "column=status, before=final, now=provisional" in kept.message.en


@pytest.mark.parametrize("status", ["final", "provisional"])
def test_a_final_value_that_changed_is_a_revision_whatever_its_row_says_now(found, rows, status):
    _, _, stay = found(rows, altered(rows, CHALONG, landings=411, status=status))

    assert (stay.outcome, stay.severity, stay.unexpected_count) == ("failed", "warning", 1)
    assert "column=landings, before=410, now=411" in stay.message.en


def test_a_revision_alone_goes_out_with_a_warning(found, rows):
    verdict, kept, _ = found(rows, altered(rows, CHALONG, landings=411))

    assert verdict == "passed"
    assert kept.outcome == "ok"


def test_a_final_gap_that_is_filled_is_a_revision(found, rows):
    verdict, _, stay = found(
        altered(rows, CHALONG, depth_m=None), altered(rows, CHALONG, depth_m=4)
    )

    assert verdict == "passed"
    assert "column=depth_m, now=4.0" in stay.message.en


def test_provisional_values_may_change_vanish_and_go(found, rows):
    before = altered(rows, RASSADA, status="provisional")

    assert found(before, altered(before, RASSADA, landings=None))[0] == "passed"
    assert found(before, altered(before, RASSADA, landings=99))[2].outcome == "ok"
    assert found(before, without(before, RASSADA))[0] == "passed"


def test_more_than_a_sample_is_counted_and_a_sample_is_shown(found, piers_with_status, rows):
    many = [rows[0] | {"pier": f"{n:03}"} for n in range(57)]

    verdict, kept, stay = found(many, [row | {"landings": None, "share_pct": 50.0} for row in many])

    assert verdict == "held"
    assert (kept.unexpected_count, len(kept.unexpected_rows)) == (57, 20)
    assert (stay.unexpected_count, len(stay.unexpected_rows)) == (57, 20)


def test_the_last_figures_of_a_sum_are_no_revision_but_the_ninth_is(found, rows):
    before = altered(rows, CHALONG, share_pct=0.1 + 0.2)

    assert found(before, altered(rows, CHALONG, share_pct=0.3))[2].outcome == "ok"
    assert found(before, altered(rows, CHALONG, share_pct=0.30000001))[2].outcome == "failed"


def test_where_a_row_came_from_may_change(found, piers_with_status, rows):
    product = piers_with_status.model_copy(update={"provenance_columns": ("note",)})

    verdict, _, stay = found(rows, altered(rows, CHALONG, note=None), product=product)

    assert (verdict, stay.outcome) == ("passed", "ok")


@pytest.mark.parametrize(
    ("year", "verdict"), [(2024, "held"), (2025, "held"), (2026, "passed"), (2027, "passed")]
)
def test_without_a_status_the_years_that_were_over_are_final(
    found, piers, piers_rows, year, verdict
):
    before = [row | {"year": year} for row in piers_rows[:2]]

    now = altered(before, RASSADA, landings=None)

    assert found(before, now, product=piers)[0] == verdict


@pytest.mark.parametrize(("minute", "verdict"), [(59, "passed"), (60, "held")])
def test_a_year_ends_at_midnight_in_phuket(found, piers, piers_rows, minute, verdict):
    published = datetime(2025, 12, 31, 16, tzinfo=UTC) + timedelta(minutes=minute)
    before = [row | {"year": 2025} for row in piers_rows[:2]]
    now = altered(before, RASSADA, landings=None)

    assert found(before, now, product=piers, published_at=published)[0] == verdict


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        (datetime(2026, 1, 7, 19, 0, tzinfo=UTC), "held"),
        (datetime(2026, 1, 7, 19, 0, 1, tzinfo=UTC), "passed"),
        (None, "held"),
    ],
)
def test_without_a_status_the_periods_that_were_over_are_final(
    found, piers, piers_rows, ends, verdict
):
    end = Column(
        name="period_end", data_type="timestamp with time zone", title=TEXT, description=TEXT
    )
    product = piers.model_copy(update={"columns": (*piers.columns, end)})
    before = [row | {"period_end": ends} for row in piers_rows[:2]]

    assert found(before, altered(before, RASSADA, landings=None), product=product)[0] == verdict


def test_a_status_of_another_meaning_makes_nothing_provisional(found, piers_with_status, rows):
    before = [row | {"status": "open"} for row in rows]

    assert found(before, altered(before, CHALONG, landings=None))[0] == "held"


def test_a_last_release_that_cannot_be_read_holds_the_product(
    piers, piers_suite, write_candidate, piers_rows
):
    files = write_candidate(piers, piers_rows)
    damaged = PermanentError("the last release is not what was published")

    report = judge(
        piers, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE, previous=damaged
    )

    errors = {r.rule: r.message.en for r in report.results if r.outcome == "error"}
    assert report.verdict == "held"
    assert set(errors) == {KEPT, STAY, "rows_are_not_lost"}
    assert all("is not what was published" in said for said in errors.values())


def test_personal_values_that_vanished_are_not_shown(found, rows):
    verdict, kept, _ = found(
        altered(rows, CHALONG, note="somsri@example.org"), altered(rows, CHALONG, note=None)
    )

    assert verdict == "held"
    assert "somsri" not in kept.model_dump_json()


@pytest.mark.parametrize("product", [p.id for p in load_products()])
def test_every_product_says_which_of_its_rows_are_final(product, product_named):
    names = {column.name for column in product_named(product).columns}

    assert "status" in names
