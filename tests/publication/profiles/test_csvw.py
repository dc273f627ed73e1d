"""CSV on the Web, beside the CSV file."""

from __future__ import annotations

import json

from tests.publication.city import RAIN_DAILY, City, read_csv
from tests.publication.downloads import published


def test_every_column_of_the_file_is_described_and_the_key_is_required(city: City) -> None:
    city.release_rain()

    web = json.loads(published(city.open, "rain_daily.csv-metadata.json"))

    columns = web["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == read_csv(published(city.open, web["url"]))[0]
    assert web["tableSchema"]["primaryKey"] == list(RAIN_DAILY.key)
    assert [column["name"] for column in columns if column["required"]] == list(RAIN_DAILY.key)
    assert [column["datatype"] for column in columns] == [
        *("string", "dateTimeStamp", "double", "string", "boolean")
    ]
    assert [column.get("schema:unitText") for column in columns] == [None, None, "mm", None, None]


def test_titles_and_descriptions_are_told_in_both_languages(city: City) -> None:
    city.release_rain()

    web = json.loads(published(city.open, "rain_daily.csv-metadata.json"))

    rain = web["tableSchema"]["columns"][2]
    for told in (web["dc:title"], web["dc:description"], rain["dc:title"], rain["dc:description"]):
        assert [text["@language"] for text in told] == ["th", "en"]
    assert rain["dc:description"][0]["@value"] == "ความหมาย rain_mm"
    assert rain["dc:description"][1]["@value"] == "Meaning of rain_mm"
