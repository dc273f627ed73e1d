"""Product contracts: the nine that exist, and what is said about one that lacks something."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dbt_project.columns import LIBRARY, ProductError
from dbt_project.products import PROJECT, load_products
from ingestion.sources import load_contracts

RAIN = Path("models/marts/environment/rain_daily.yml")
HOTELS = Path("models/marts/tourism/hotels_yearly.yml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of models and columns that a test may spoil."""
    shutil.copytree(PROJECT / "models", tmp_path / "models")
    shutil.copy(PROJECT / LIBRARY, tmp_path)
    return tmp_path


def change(project: Path, old: str, new: str, path: Path = RAIN) -> None:
    text = (project / path).read_text("utf-8")
    assert old in text
    (project / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_products_are_known_by_domain_and_name() -> None:
    found = [(product.domain, product.id) for product in load_products()]

    written = [(path.parent.name, path.stem) for path in PROJECT.glob("models/marts/*/*.sql")]
    assert len(found) > 8
    assert found == sorted(written)


def test_the_sources_of_a_product_follow_from_its_models() -> None:
    found = {product.id: product.sources for product in load_products()}

    assert found["hotels_yearly"] == ("hotel_occupancy", "registered_hotels")
    assert found["rain_daily"] == ("environment_sensor_readings", "environment_stations")
    known = {contract.id for contract in load_contracts()}
    assert {source for sources in found.values() for source in sources} <= known


@pytest.mark.parametrize(
    "named",
    [
        "{{ ref('stg_hotel_occupancy') }}",
        '{{ ref("stg_hotel_occupancy") }}',
        "{{ ref( 'stg_hotel_occupancy' ) }}",
        "({{ winning_rows('hotel_occupancy') }})",
        """{{ in_the_lake(source("lake", 'hotel_occupancy')) }}""",
    ],
)
def test_a_source_is_found_however_the_sql_names_it(project: Path, named: str) -> None:
    sql = (project / RAIN).with_suffix(".sql")
    sql.write_text(sql.read_text("utf-8") + f"\nunion all select * from {named}", "utf-8")

    product = next(p for p in load_products(project) if p.id == "rain_daily")

    assert "hotel_occupancy" in product.sources


def test_everything_that_people_read_is_in_thai_and_english() -> None:
    for product in load_products():
        texts = [product.title, product.description, product.attribution]
        texts += [text for column in product.columns for text in (column.title, column.description)]

        assert all(any("\u0e00" <= letter <= "\u0e7f" for letter in text.th) for text in texts[:3])
        assert all(text.th and text.en for text in texts), product.id


def test_numbers_say_their_unit() -> None:
    silent = [
        (product.id, column.name)
        for product in load_products()
        for column in product.columns
        if column.data_type == "double" and not column.unit and not column.name.endswith("_value")
    ]

    assert silent == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("licence: CC-BY-4.0", "", "licence: Field required"),
        ("grain:", "grian:", "grian"),
        ("cadence: daily", "cadence: fortnightly", "cadence"),
        ("schema_version: 2.0.0", "schema_version: '1'", "schema_version"),
        ("key: [station_id, hydrological_day]", "key: [station_id, hour]", "key names hour"),
        ("disclosure: not_personal", "disclosure: none", "disclosure"),
        ("cadence:", "geometry: {longitude: rain_mm}\ncadence:", "geometry names either"),
        ("cadence:", "geometry: {outline: shape}\ncadence:", "geometry names shape"),
        ("title: {th: ปริมาณฝน, en: Rain}", "", "column rain_mm.title: Field required"),
        ("title: {th: ปริมาณฝน, en: Rain}", "title: {th: ปริมาณฝน}", "column rain_mm.title.en"),
        ("unit: mm", "units: mm", "column rain_mm.units"),
        ("  th: >-\n    ปริมาณฝนของวันอุทก", "  ไทย: >-\n    ปริมาณฝนของวันอุทก", "description.ไทย"),
        ("title: {th: ปริมาณฝนรายวัน", "domain: tourism\ntitle: {th: ปริมาณฝนรายวัน", "says domain"),
        ("title: {th: ปริมาณฝนรายวัน", "name: rainfall\ntitle: {th: ปริมาณฝนรายวัน", "says name"),
        ("columns:\n  - column: station_id", "column:\n  - column: station_id", "list of columns"),
        ("  - column: station_id\n", "  - station_id\n", "list of columns"),
        ("codes: [none, trace", "codes: none # [none, trace", "codes"),
        ("column: status_of_readings", "column: status_of_reading", "such as status_of_readings"),
    ],
)
def test_a_product_that_lacks_something_is_refused_by_file_and_word(
    project: Path, old: str, new: str, said: str
) -> None:
    change(project, old, new)

    with pytest.raises(ProductError) as refused:
        load_products(project)

    assert said in refused.value.message
    assert "rain_daily" in refused.value.message


CHANGE = "schema_version: 2.0.0\nmethod_changes:"
FIRST = "\n  - {number: 1, date: 2026-11-30, text: {th: แก้กฎ, en: Closed ones left out}}"


def test_the_method_of_a_product_is_its_last_change(project: Path) -> None:
    second = FIRST.replace("1,", "2,", 1).replace("}}", "}, columns: [hotels]}")
    change(project, "schema_version: 2.0.0", CHANGE + FIRST + second, HOTELS)

    product = next(p for p in load_products(project) if p.id == "hotels_yearly")

    assert product.method == 2
    assert [each.columns for each in product.method_changes] == [(), ("hotels",)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (FIRST.replace("number: 1, ", ""), "method_changes.0.number: Field required"),
        (FIRST.replace("date: 2026-11-30, ", ""), "method_changes.0.date: Field required"),
        (
            FIRST.replace(", en: Closed ones left out", ""),
            "method_changes.0.text.en: Field required",
        ),
        (FIRST.replace("1,", "2,", 1), "are numbered [2], expected 1, 2, 3"),
        (FIRST + FIRST, "are numbered [1, 1], expected 1, 2, 3"),
        (
            FIRST + FIRST.replace("1,", "2,", 1).replace("2026-11-30", "2026-11-29"),
            "order of their dates",
        ),
        (FIRST.replace("}}", "}, columns: [hotel]}"), "method_changes.columns names hotel"),
    ],
)
def test_a_change_of_method_is_numbered_dated_and_told(
    project: Path, changes: str, said: str
) -> None:
    change(project, "schema_version: 2.0.0", CHANGE + changes, HOTELS)

    with pytest.raises(ProductError) as refused:
        load_products(project)

    assert said in refused.value.message


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_text("title: [", encoding="utf-8"), "is not YAML"),
        (lambda path: path.write_text("[]", encoding="utf-8"), "is not a mapping"),
        (lambda path: path.write_text("title: {}", encoding="utf-8"), "not a list of columns"),
        (lambda path: path.with_suffix(".sql").unlink(), "with its SQL beside it"),
    ],
)
def test_a_file_that_is_no_product_is_refused(
    project: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(project / RAIN)

    with pytest.raises(ProductError, match=said):
        load_products(project)
