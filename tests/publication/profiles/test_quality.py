"""The gate's report as the world reads it."""

from __future__ import annotations

import json

from tests.publication.city import City
from tests.publication.downloads import published


def test_the_quality_report_shows_every_rule_and_no_sample_rows(city: City) -> None:
    city.release_rain()

    quality = json.loads(published(city.open, "quality.json"))

    assert quality["verdict"] == "passed"
    assert [rule["outcome"] for rule in quality["results"]] == ["ok", "failed"]
    assert quality["results"][1]["unexpected_count"] == 6
    assert "unexpected_rows" not in quality["results"][1]
    assert "ข้อมูลครบถ้วน: broken in 6 cases" in published(city.open, "README.th.md").decode()
    assert (
        "Readings are complete: broken in 6 cases" in published(city.open, "README.en.md").decode()
    )
