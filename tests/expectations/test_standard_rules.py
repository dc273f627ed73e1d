"""Every product obeys these rules unasked: each is broken here, alone, and its words are read."""

from __future__ import annotations

import pytest

from expectations.gate import judge
from expectations.report import GateReport
from tests.expectations.conftest import LINEAGE, NOW


@pytest.fixture
def verdict_on(piers, piers_suite, write_candidate):
    """Judges rows of the pier product."""

    def verdict(rows, csv_rows=None, product=piers, **known) -> GateReport:
        files = write_candidate(product, rows, csv_rows)
        known = {"lineage": LINEAGE, "previous": None} | known
        return judge(product, files, build="b1", now=NOW, suite=piers_suite, **known)

    return verdict


def broken(report: GateReport) -> dict[str, str]:
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_a_sound_candidate_passes_every_rule(verdict_on, piers_rows):
    report = verdict_on(piers_rows)

    assert broken(report) == {}
    assert report.verdict == "passed"
    assert report.not_judged == ()
    assert report.headline == f"pier_landings_yearly passed {len(report.results)} rules"


@pytest.mark.parametrize(
    ("altered", "rule", "said"),
    [
        pytest.param({"pier": None}, "key_is_complete", "such as year=2024, pier=None", id="gap"),
        pytest.param({"pier": "Chalong"}, "key_is_unique", "broken in 2 cases", id="repeat"),
        pytest.param({"depth_m": float("nan")}, "numbers_are_finite", "depth_m=nan", id="nan"),
        pytest.param({"depth_m": float("inf")}, "numbers_are_finite", "depth_m=inf", id="inf"),
        pytest.param({"note": "=1+1"}, "formulas_are_neutralised", "value==1+1", id="formula"),
        pytest.param({"note": "＝1+1"}, "formulas_are_neutralised", "column=note", id="full_width"),
        pytest.param({"note": "ก\u202eข"}, "text_is_printable", r"\u202e", id="bidi"),
        pytest.param({"note": "a\x07"}, "text_is_printable", r"a\x07", id="control"),
    ],
)
def test_one_altered_row_breaks_exactly_its_rule(verdict_on, piers_rows, altered, rule, said):
    piers_rows[1] |= altered

    report = verdict_on(piers_rows)

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]
    assert report.verdict == "held"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AP 00:1A:2b:3C:4d:5E", "hardware (MAC) address"),
        ("1-1017-00230-70-8", "national identification number"),
        ("โทร ๐๘๑-๒๓๔๕๖๗๘", "telephone number"),
        ("somsri@example.org", "e-mail address"),
        ("1กข 1234 ภูเก็ต", "vehicle plate"),
    ],
)
def test_personal_data_hold_a_product_and_are_never_shown(verdict_on, piers_rows, text, kind):
    piers_rows[1]["note"] = text

    report = verdict_on(piers_rows)

    assert list(broken(report)) == ["no_personal_data"]
    assert f"column=note, kind={kind}, cells=1" in broken(report)["no_personal_data"]
    assert text not in report.to_json().decode()
    assert report.verdict == "held"


def test_every_cell_with_personal_data_is_counted_also_where_several_hold_the_same(
    verdict_on, piers_rows
):
    rows = [row | {"note": "081-234-5678"} for row in piers_rows]
    rows[1] |= {"note": "somsri@example.org", "pier": "089-876-5432"}

    report = verdict_on(rows)

    found = next(r for r in report.results if r.rule == "no_personal_data")
    assert found.unexpected_count == 4
    assert [(r["column"], r["kind"], r["cells"]) for r in found.unexpected_rows] == [
        ("note", "e-mail address", 1),
        ("note", "telephone number", 2),
        ("pier", "telephone number", 1),
    ]


def test_a_broken_row_with_personal_data_is_shown_without_them(verdict_on, piers_rows):
    piers_rows[1] |= {"pier": "Chalong", "note": "somsri@example.org"}

    report = verdict_on(piers_rows)

    repeated = next(r for r in report.results if r.rule == "key_is_unique")
    assert repeated.unexpected_rows[1]["note"] == "hidden (personal)"
    assert "somsri" not in report.to_json().decode()


def test_an_infinite_number_is_shown_as_text_since_json_knows_none(verdict_on, piers_rows):
    rows = [
        row | {"depth_m": sign * float("inf")}
        for row, sign in zip(piers_rows, (1, -1, 1), strict=True)
    ]

    report = verdict_on(rows)

    broken_rows = next(r for r in report.results if r.rule == "numbers_are_finite").unexpected_rows
    assert {row["depth_m"] for row in broken_rows} == {"inf", "-inf"}
    assert GateReport.from_json(report.to_json()) == report


def test_a_national_number_stored_as_a_number_is_found(verdict_on, piers, piers_rows):
    piers_rows[1]["landings"] = 1101700230708

    report = verdict_on(piers_rows)

    assert "no_personal_data" in broken(report)


def test_a_neutralised_formula_in_the_csv_is_the_same_text(verdict_on, piers_rows):
    piers_rows[1]["note"] = "-5 °C"
    csv_rows = [row | {"note": "'-5 °C"} if row["note"] == "-5 °C" else row for row in piers_rows]

    report = verdict_on(piers_rows, csv_rows)

    assert broken(report) == {}


def test_a_row_that_only_the_csv_holds_is_named(verdict_on, piers_rows):
    extra = {"year": 2023, "pier": "Rassada", "landings": 7}

    report = verdict_on(piers_rows, [*piers_rows, extra])

    assert list(broken(report)) == ["csv_and_parquet_agree"]
    assert "only_in=csv, year=2023, pier=Rassada" in broken(report)["csv_and_parquet_agree"]


def test_a_row_repeated_in_only_one_file_is_noticed(verdict_on, piers_rows):
    report = verdict_on(piers_rows, [*piers_rows, piers_rows[0]])

    assert list(broken(report)) == ["csv_and_parquet_agree"]


def test_a_row_repeated_in_the_parquet_file_alone_is_noticed(verdict_on, piers_rows):
    report = verdict_on([*piers_rows, piers_rows[0]], piers_rows)

    assert list(broken(report)) == ["csv_and_parquet_agree", "key_is_unique"]
    assert "only_in=parquet" in broken(report)["csv_and_parquet_agree"]


def test_a_value_that_differs_between_the_files_is_noticed(verdict_on, piers_rows):
    csv_rows = [
        row | {"share_pct": 61.50000001} if row["share_pct"] == 61.5 else row for row in piers_rows
    ]

    report = verdict_on(piers_rows, csv_rows)

    assert list(broken(report)) == ["csv_and_parquet_agree"]


def test_a_csv_of_other_types_is_not_the_same_table(verdict_on, piers_rows):
    csv_rows = [row | {"landings": "many"} for row in piers_rows]

    report = verdict_on(piers_rows, csv_rows)

    assert "csv_and_parquet_agree" in broken(report)
    assert report.verdict == "held"


def test_no_rows_at_all_are_not_published(verdict_on):
    report = verdict_on([])

    assert list(broken(report)) == ["has_rows"]
    assert "There is at least one row" in broken(report)["has_rows"]


def test_a_release_with_less_than_half_of_the_last_one_is_held(
    verdict_on, piers, piers_rows, released
):
    this_year = [{"year": 2026, "pier": pier, "landings": 1} for pier in "ABCD"]
    previous = released(piers, [*piers_rows, *this_year])

    report = verdict_on(piers_rows, previous=previous)

    assert list(broken(report)) == ["rows_are_not_lost"]
    assert "rows_now=3, rows_before=7" in broken(report)["rows_are_not_lost"]


def test_a_release_with_exactly_half_of_the_last_one_goes_out(
    verdict_on, piers, piers_rows, released
):
    this_year = [{"year": 2026, "pier": pier, "landings": 1} for pier in "ABC"]

    report = verdict_on(piers_rows, previous=released(piers, [*piers_rows, *this_year]))

    assert broken(report) == {}


@pytest.mark.parametrize("count", [19, 20, 21, 57])
def test_all_broken_rows_are_counted_and_the_first_of_them_shown(verdict_on, piers_rows, count):
    one = {"year": 2023, "pier": "Ao Po", "share_pct": 50.0}
    twice = [{**one, "landings": n} for n in range(count)]
    apart = [
        {"year": 2022, "pier": f"{n:03}", "landings": -1, "share_pct": 101.0} for n in range(count)
    ]

    report = verdict_on([*piers_rows, *twice, *apart])

    shown = {r.rule: len(r.unexpected_rows) for r in report.results if r.outcome != "ok"}
    counted = {r.rule: r.unexpected_count for r in report.results if r.outcome != "ok"}
    rules = ("key_is_unique", "landings_are_plausible", "share_is_a_percentage")
    assert counted == dict.fromkeys(rules, count)
    assert shown == dict.fromkeys(rules, min(count, 20))


@pytest.mark.parametrize(
    ("column", "change", "said"),
    [
        ("landings", {"data_type": "integer"}, "expected=landings INTEGER, found=landings BIGINT"),
        ("landings", {"name": "calls"}, "expected=calls BIGINT, found=landings BIGINT"),
    ],
)
def test_columns_other_than_the_contract_are_named(
    piers, piers_suite, piers_rows, write_candidate, column, change, said
):
    files = write_candidate(piers, piers_rows)
    columns = tuple(c.model_copy(update=change) if c.name == column else c for c in piers.columns)
    contract = piers.model_copy(update={"columns": columns})

    report = judge(contract, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE)

    assert list(broken(report)) == ["columns_match_contract"]
    assert said in broken(report)["columns_match_contract"]
    assert "landings_are_plausible" in report.not_judged


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (slice(-1), "position=6, expected=nothing, found=note VARCHAR"),
        (
            slice(-2),
            "broken in 2 cases, such as position=5, expected=nothing, found=depth_m DOUBLE",
        ),
    ],
)
def test_a_column_beyond_the_contract_holds_the_product(
    piers, piers_suite, piers_rows, write_candidate, kept, said
):
    files = write_candidate(piers, piers_rows)
    contract = piers.model_copy(update={"columns": piers.columns[kept]})

    report = judge(contract, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE)

    assert report.verdict == "held"
    assert list(broken(report)) == ["columns_match_contract"]
    assert said in broken(report)["columns_match_contract"]


def test_a_column_fewer_than_the_contract_holds_the_product(
    piers, piers_suite, piers_rows, write_candidate
):
    files = write_candidate(piers, piers_rows)
    more = piers.columns[-1].model_copy(update={"name": "berths", "data_type": "bigint"})
    contract = piers.model_copy(update={"columns": (*piers.columns, more)})

    report = judge(contract, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE)

    assert report.verdict == "held"
    assert list(broken(report)) == ["columns_match_contract"]
    assert (
        "position=7, expected=berths BIGINT, found=nothing"
        in broken(report)["columns_match_contract"]
    )


def test_columns_in_another_order_are_not_those_of_the_contract(
    piers, piers_suite, piers_rows, write_candidate
):
    files = write_candidate(piers, piers_rows)
    contract = piers.model_copy(update={"columns": piers.columns[::-1]})

    report = judge(contract, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE)

    assert list(broken(report)) == ["columns_match_contract"]
