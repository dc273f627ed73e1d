"""What a product promises of itself: broken here, each promise alone, and its words are read.

Does not belong here: rules about what its files hold (`test_standard_rules.py`).
"""

from __future__ import annotations

import pytest

from expectations.gate import judge
from tests.expectations.conftest import LINEAGE, NOW, TEXT
from tests.expectations.test_standard_rules import broken, verdict_on

__all__ = ["verdict_on"]


@pytest.mark.parametrize(
    ("change", "rule", "said"),
    [
        ({"licence": " "}, "metadata_is_complete", "contract=licence"),
        ({"keywords": ()}, "metadata_is_complete", "catalogue_item=tag_string"),
        ({"disclosure": "k_10"}, "disclosure_is_settled", "cannot be checked yet"),
    ],
)
def test_a_contract_that_leaves_something_open_holds_its_product(
    verdict_on, piers, piers_rows, change, rule, said
):
    report = verdict_on(piers_rows, product=piers.model_copy(update=change))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("word", ["title", "description", "attribution"])
def test_a_text_in_one_language_alone_is_no_text(verdict_on, piers, piers_rows, word, language):
    half = TEXT.model_copy(update={language: " "})
    *others, last = piers.columns

    report = verdict_on(piers_rows, product=piers.model_copy(update={word: half}))
    assert f"contract={word}" in broken(report)["metadata_is_complete"]
    if word != "attribution":
        columns = (*others, last.model_copy(update={word: half}))
        report = verdict_on(piers_rows, product=piers.model_copy(update={"columns": columns}))
        assert f"contract=columns.note.{word}" in broken(report)["metadata_is_complete"]


def test_a_list_with_a_blank_word_is_not_complete(verdict_on, piers, piers_rows):
    product = piers.model_copy(update={"keywords": ("pier", " ")})

    assert "metadata_is_complete" in broken(verdict_on(piers_rows, product=product))


@pytest.mark.parametrize(
    ("lineage", "said"),
    [
        ({"pier_register": "personal"}, "source=pier_register, classification=personal"),
        ({"a": "open", "b": "internal", "c": "personal"}, "broken in 1 case"),
        ({"a": "personal", "b": "personal"}, "broken in 2 cases"),
        ({"renamed": "unknown"}, "source=renamed, classification=unknown"),
        ({}, "nobody knows what it is made from"),
        (None, "nobody knows what it is made from"),
    ],
)
def test_a_product_made_from_persons_may_not_claim_otherwise(verdict_on, piers_rows, lineage, said):
    report = verdict_on(piers_rows, lineage=lineage)

    assert list(broken(report)) == ["personal_sources_are_admitted"]
    assert said in broken(report)["personal_sources_are_admitted"]
    assert report.verdict == "held"


def test_a_product_made_from_open_and_internal_sources_may_claim_to_be_not_personal(
    verdict_on, piers_rows
):
    assert verdict_on(piers_rows, lineage={"a": "open", "b": "internal"}).verdict == "passed"


def test_a_product_that_admits_its_persons_is_judged_by_its_own_rule(verdict_on, piers, piers_rows):
    product = piers.model_copy(update={"disclosure": "k_10"})

    report = verdict_on(piers_rows, product=product, lineage={"a": "personal"})

    assert list(broken(report)) == ["disclosure_is_settled"]


@pytest.mark.parametrize("word", [None, "", "Not_personal", "not_personal ", "none"])
def test_a_disclosure_rule_that_is_no_rule_holds_the_product(verdict_on, piers, piers_rows, word):
    product = piers.model_copy(update={"disclosure": word})

    report = verdict_on(piers_rows, product=product)

    assert "disclosure_is_settled" in broken(report)
    assert report.verdict == "held"


def test_a_column_named_after_an_identifier_is_refused(
    piers, piers_suite, piers_rows, write_candidate
):
    columns = tuple(
        c.model_copy(update={"name": "owner_phone"}) if c.name == "note" else c
        for c in piers.columns
    )
    product = piers.model_copy(update={"columns": columns})
    rows = [{k if k != "note" else "owner_phone": v for k, v in r.items()} for r in piers_rows]

    files = write_candidate(product, rows)
    report = judge(product, files, build="b1", now=NOW, suite=piers_suite, lineage=LINEAGE)

    assert list(broken(report)) == ["no_personal_columns"]
