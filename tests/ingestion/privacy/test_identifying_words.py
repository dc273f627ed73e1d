"""The words of a contract about privacy, and which of them do not go together."""

from __future__ import annotations

import json

import pytest

from ingestion.sources import checked
from tests.ingestion.privacy.personal_sources import MAC, wifi


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"classification": "open"}, "needs classification: personal"),
        ({"key": ["user_name"]}, "cannot be dropped"),
        ({"strip": ["secret"]}, "strip is for JSON"),
    ],
)
def test_words_of_privacy_that_do_not_fit_together_are_refused(change, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wifi(**change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sensitivity": "public"}, "go together"),
        ({"identifier": None}, "go together"),
        ({"type": "integer"}, "an identifier is a string"),
        ({"pattern": "[a-z]+"}, "its kind says"),
        ({"identifier": {**MAC, "overlap_hours": 2}}, "pseudonyms of a day"),
        ({"identifier": {**MAC, "province": "network"}}, "province is for plates"),
    ],
)
def test_words_of_an_identifier_that_do_not_fit_together_are_refused(change, said: str) -> None:
    words = json.loads(wifi().model_dump_json(exclude_defaults=True))
    words["fields"][2] |= change

    with pytest.raises(ValueError, match=said):
        checked(words)
