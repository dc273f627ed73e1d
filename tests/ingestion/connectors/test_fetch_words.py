"""What a contract may say under `fetch`, and how it is told when it may not."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from ingestion.contracts.fetching import Fetch

WORDS = TypeAdapter(Fetch)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"connector": "http_file", "headers": {"Authorization": "Bearer abc"}},
         "must take its value from a setting"),
        ({"connector": "ckan", "dataset": "d", "resource": "r", "via": "file", "api_key": "abc"},
         "should match pattern"),
        ({"connector": "drop_folder", "pattern": "*", "s3": {"secret_access_key": "abc"}},
         "should match pattern"),
        ({"connector": "drop_folder", "pattern": "*", "sftp": {"password": "abc"}},
         "should match pattern"),
        ({"connector": "http_file", "params": {"d": "{tomorrow}"}},
         "{tomorrow} stands for nothing; allowed: {day}, {next_day}"),
        ({"connector": "http_file", "hosts": ["https://h.example/"]}, "should match pattern"),
        ({"connector": "http_json", "body": {"a": "b"}}, "needs method: post"),
        ({"connector": "http_json", "method": "post", "paging": {"type": "next_link"}},
         "followed with get"),
        ({"connector": "http_json", "paging": {"type": "scroll"}}, "expected tags"),
        ({"connector": "ngsi_ld", "entity": "E", "form": "keyvalues"}, "Input should be"),
        ({"connector": "http_file", "read_seconds": 0}, "greater than 0"),
        ({"connector": "http_file", "proxy": "x"}, "Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_meant_are_refused(words, said):
    with pytest.raises(ValidationError, match=said.replace("{", r"\{")):
        WORDS.validate_python({"url": "https://h.example/x", **words})


def test_every_setting_of_every_connector_is_described():
    from pydantic import BaseModel

    from ingestion.contracts import fetching

    models = [
        model
        for model in vars(fetching).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.model_fields
    ]
    undescribed = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not field.description and name not in {"connector", "type", "via", "method", "form"}
        and name != "paging"
    ]  # fmt: skip

    assert len(models) > 10
    assert undescribed == []
