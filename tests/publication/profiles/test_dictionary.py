"""The dictionary of columns."""

from __future__ import annotations

from tests.publication.city import RAIN_DAILY, City, read_csv
from tests.publication.downloads import published


def test_the_dictionary_explains_every_column_in_both_languages(city: City) -> None:
    city.release_rain()

    header, *lines = read_csv(published(city.open, "dictionary.csv"))

    assert header[:4] == ["column", "unit", "type", "key"]
    assert [line[0] for line in lines] == [column.name for column in RAIN_DAILY.columns]
    rain = lines[2]
    assert rain[1:4] == ["mm", "number", "no"]
    assert rain[6:] == ["ความหมาย rain_mm", "Meaning of rain_mm"]
