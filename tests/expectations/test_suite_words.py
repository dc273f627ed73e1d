"""A suite with a word that nobody understands is refused when it is loaded, with the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.suite import SuiteError
from expectations.vocabulary import load_suite


@pytest.fixture
def refusal(piers, piers_suite_folder: Path):
    """The message with which the pier suite is refused after one change of its text."""
    path = piers_suite_folder / "tourism" / "pier_landings_yearly.yaml"

    def refused(old: str, new: str) -> str:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(SuiteError) as caught:
            load_suite(piers, piers_suite_folder)
        assert str(path) in caught.value.message
        return caught.value.message

    return refused


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "expect_column_values_to_be_between",
            "expect_column_values_to_be_betwen",
            "unknown type 'expect_column_values_to_be_betwen'; "
            "did you mean 'expect_column_values_to_be_between'?",
            id="type",
        ),
        pytest.param(
            "min_value: 0",
            "minvalue: 0",
            "expect_column_values_to_be_between takes no argument 'minvalue'; "
            "did you mean 'min_value'?",
            id="argument",
        ),
        pytest.param(
            "column: landings",
            "column: landing",
            "pier_landings_yearly has no column 'landing'; did you mean 'landings'?",
            id="column",
        ),
        pytest.param(
            "where share_pct", "where share_ptc", 'column "share_ptc" not found', id="query_column"
        ),
        pytest.param("{batch} where", "{batsch} where", "did you mean 'batch'?", id="placeholder"),
        pytest.param(
            "from {batch}", "from (select 1 as share_pct)", "does not read", id="no_batch"
        ),
        pytest.param(
            "severity: warning", "severity: info", "'critical' or 'warning'", id="severity"
        ),
        pytest.param("severity: warning", "sevrity: warning", "did you mean 'severity'?", id="key"),
        pytest.param("th: ร้อยละ", "ht: ร้อยละ", "did you mean 'th'?", id="language"),
        pytest.param("max_value: 100000", "max_value: many", "not a valid float", id="value"),
        pytest.param(
            "rule: share_is_a_percentage",
            "rule: landings_are_plausible",
            "names two rules 'landings_are_plausible'",
            id="name_twice",
        ),
        pytest.param(
            "rule: share_is_a_percentage",
            "rule: key_is_unique",
            "key_is_unique is the name of a standard rule",
            id="standard_name",
        ),
        pytest.param(
            "name: pier_landings_yearly",
            "name: piers",
            "expected 'pier_landings_yearly'",
            id="name",
        ),
        pytest.param("name: pier", "name: a\nname: pier", "stands twice", id="yaml_key_twice"),
        pytest.param("expectations:", "expectations: {", "is not YAML", id="not_yaml"),
    ],
)
def test_an_unknown_word_is_refused_with_the_closest_known(refusal, old, new, said):
    assert said in refusal(old, new)


def test_a_suite_without_rules_is_no_suite(piers, piers_suite_folder: Path):
    path = piers_suite_folder / "tourism" / "pier_landings_yearly.yaml"
    path.write_text("name: pier_landings_yearly\nexpectations: []\n")

    with pytest.raises(SuiteError, match="at least 1 item"):
        load_suite(piers, piers_suite_folder)


def test_the_hash_of_a_suite_follows_its_file(piers, piers_suite, piers_suite_folder: Path):
    path = piers_suite_folder / "tourism" / "pier_landings_yearly.yaml"

    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")

    assert load_suite(piers, piers_suite_folder).sha256 != piers_suite.sha256
