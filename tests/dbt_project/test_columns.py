"""Columns that several models have: said once, taken by name, and refused by name where wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbt_project.columns import (
    LIBRARY,
    Named,
    ProductError,
    load_library,
    read_mapping,
    with_library,
)
from dbt_project.products import PROJECT, load_products

TEXTS = ("title", "description")
LEVEL = "level:\n  data_type: double\n  unit: m\n  title: {th: ระดับ, en: Level}\n"


def library(folder: Path, text: str) -> Path:
    (folder / LIBRARY).write_text(text, encoding="utf-8")
    return folder


def entries() -> dict[str, Named]:
    return {name: dict(entry) for name, entry in read_mapping(PROJECT / LIBRARY).items()}  # type: ignore[call-overload]


def written_columns() -> Iterator[tuple[str, Named]]:
    """Every column as people wrote it, with where: in the library, or in a model's file."""
    yield from ((f"{LIBRARY} {name}", entry) for name, entry in entries().items())
    written = [*PROJECT.glob("models/marts/*/*.yml"), *PROJECT.glob("models/dimensions/dim_*.yml")]
    for path in written:
        columns = read_mapping(path)["columns"]
        assert isinstance(columns, list)
        yield from ((f"{path.stem} {c.get('name', c.get('column'))}", c) for c in columns)


def test_no_text_about_a_column_stands_twice() -> None:
    seen: dict[str, list[str]] = {}
    for where, column in written_columns():
        for text in (column[word] for word in TEXTS if word in column):
            assert isinstance(text, dict), where
            seen.setdefault(" | ".join(text[language] for language in ("th", "en")), []).append(
                where
            )

    twice = {text: places for text, places in seen.items() if len(places) > 1}

    assert len(seen) > 100
    assert twice == {}, f"say it in {LIBRARY}, and take it by `column:`"


def test_every_entry_of_the_library_is_taken_more_than_once() -> None:
    taken = Counter(column.get("column") for _, column in written_columns())

    assert {name: taken[name] for name in entries() if taken[name] < 2} == {}


def test_a_column_takes_what_the_library_says_and_its_own_words_go_first(tmp_path: Path) -> None:
    known = load_library(library(tmp_path, LEVEL))

    alike = with_library({"column": "level"}, known, "here")
    other = with_library({"name": "tide_m", "column": "level", "unit": "cm"}, known, "here")

    assert alike == known["level"] | {"name": "level"}
    assert other == known["level"] | {"name": "tide_m", "unit": "cm"}


def test_an_entry_may_take_another(tmp_path: Path) -> None:
    known = load_library(library(tmp_path, f"{LEVEL}tide:\n  column: level\n  unit: cm\n"))

    assert known["tide"] == known["level"] | {"unit": "cm"}


def test_a_column_that_is_in_the_library_by_chance_is_not_taken(tmp_path: Path) -> None:
    known = load_library(library(tmp_path, LEVEL))

    assert with_library({"name": "level"}, known, "here") == {"name": "level"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("level: {column: tide}\ntide: {column: level}\n", "level takes tide takes level"),
        ("level: {column: level}\n", "level takes level, which is a circle"),
        ("level: {column: tide}\n", "level takes tide, which is no entry"),
        ("level: double\n", "level is not what can be said of a column"),
        ("level: {name: level}\n", "level is not what can be said of a column"),
        (f"{LEVEL}{LEVEL}", "'level' stands twice"),
        ("- level\n", "is not a mapping"),
    ],
)
def test_a_library_that_cannot_be_used_is_refused_by_entry(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ProductError) as refused:
        load_library(library(tmp_path, text))

    assert said in refused.value.message


def test_a_name_that_the_library_does_not_have_is_told_with_the_closest(tmp_path: Path) -> None:
    known = load_library(library(tmp_path, LEVEL))

    with pytest.raises(ProductError, match=r"here: there is no column levels.*such as level"):
        with_library({"column": "levels"}, known, "here")


def test_columns_of_one_kind_say_the_same_in_all_products() -> None:
    said = {
        product.id: column
        for product in load_products()
        for column in product.columns
        if column.name == "place_code"
    }

    assert len(said) > 5
    assert len(set(map(repr, said.values()))) == 1
