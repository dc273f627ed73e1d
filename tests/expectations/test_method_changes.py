"""A new method moves final values once; a new schema or key moves none of itself."""

from __future__ import annotations

from datetime import date

import pytest

from dbt_project.products import MethodChange
from tests.expectations.altering import altered, without
from tests.expectations.conftest import TEXT

CHALONG, RASSADA = 0, 1


def changed(product, *columns, method=1):
    earlier = tuple(
        MethodChange(number=number, date=date(2025, 5, number), text=TEXT)
        for number in range(1, method)
    )
    last = MethodChange(number=method, date=date(2026, 1, 8), text=TEXT, columns=columns)
    return product.model_copy(update={"method_changes": (*earlier, last)})


def test_a_new_method_moves_final_values_once(found, piers_with_status, rows):
    new = changed(piers_with_status)
    moved = altered(altered(rows, CHALONG, landings=500), RASSADA, landings=None)

    first, kept, stay = found(rows, moved, product=new, method=0)
    again, _, _ = found(moved, altered(moved, CHALONG, landings=None), product=new)

    assert (first, kept.outcome) == ("passed", "ok")
    assert (
        "method change 1 of 2026-01-08 moved 2 values, of which 1 empty or gone now"
        in stay.message.en
    )
    assert stay.unexpected_count == 2
    assert again == "held"


def test_a_new_method_may_take_rows_and_says_how_many(found, piers_with_status, rows):
    verdict, _, stay = found(
        rows, without(rows, CHALONG), product=changed(piers_with_status), method=0
    )

    assert verdict == "passed"
    assert "moved 1 value, of which 1 empty or gone now" in stay.message.en


def test_a_new_method_that_moves_nothing_is_no_warning(found, piers_with_status, rows):
    _, kept, stay = found(rows, rows, product=changed(piers_with_status), method=0)

    assert (kept.outcome, stay.outcome) == ("ok", "ok")


def test_a_method_that_names_its_columns_excuses_those_alone(found, piers_with_status, rows):
    new = changed(piers_with_status, "landings")

    def verdict(**now):
        return found(rows, altered(rows, CHALONG, **now), product=new, method=0)

    assert verdict(landings=None)[0] == "passed"
    assert verdict(landings=None, note=None)[0] == "held"
    assert verdict(landings=7, note="อื่น")[2].unexpected_count == 2
    assert found(rows, without(rows, CHALONG), product=new, method=0)[0] == "held"


@pytest.mark.parametrize(("published", "verdict"), [(0, "passed"), (2, "passed"), (3, "held")])
def test_every_change_since_the_last_release_excuses(
    found, piers_with_status, rows, published, verdict
):
    new = changed(piers_with_status, method=3)

    now = altered(rows, CHALONG, landings=None)

    assert found(rows, now, product=new, method=published)[0] == verdict


def test_an_older_method_than_that_of_the_last_release_excuses_nothing(found, rows):
    assert found(rows, altered(rows, CHALONG, landings=None), method=4)[0] == "held"


def test_what_has_another_type_in_a_new_major_is_the_same_value(found, piers_with_status, rows):
    types = {"landings": "integer", "share_pct": "decimal(5, 1)", "year": "integer"}
    columns = tuple(
        c.model_copy(update={"data_type": types.get(c.name, c.data_type)})
        for c in piers_with_status.columns
    )
    new = piers_with_status.model_copy(update={"columns": columns, "schema_version": "2.0.0"})

    same = found(rows, rows, product=new, of=piers_with_status, schema_version="1.0.0")
    lost = altered(rows, CHALONG, landings=None)
    held = found(rows, lost, product=new, of=piers_with_status, schema_version="1.0.0")

    assert (same[0], same[2].outcome) == ("passed", "ok")
    assert held[0] == "held"


def test_a_value_that_its_new_type_cannot_hold_has_changed(found, piers_with_status, rows):
    columns = tuple(
        c.model_copy(update={"data_type": "bigint"}) if c.name == "note" else c
        for c in piers_with_status.columns
    )
    new = piers_with_status.model_copy(update={"columns": columns})
    now = [row | {"note": None} for row in rows]

    verdict, kept, _ = found(rows, now, product=new, of=piers_with_status)
    filled = found(rows, altered(now, CHALONG, note=7), product=new, of=piers_with_status)

    assert (verdict, kept.unexpected_count) == ("held", 1)
    assert "before=จริง, now=7" in filled[2].message.en


@pytest.mark.parametrize(("schema", "verdict"), [("0.9.0", "passed"), ("1.4.0", "held")])
def test_a_column_may_go_with_a_major_version_only(found, piers_with_status, rows, schema, verdict):
    new = piers_with_status.model_copy(
        update={"columns": tuple(c for c in piers_with_status.columns if c.name != "note")}
    )
    now = [{k: v for k, v in row.items() if k != "note"} for row in rows]

    found_now = found(rows, now, product=new, of=piers_with_status, schema_version=schema)

    assert found_now[0] == verdict
    assert ("the column is gone" in found_now[1].message.en) is (verdict == "held")


def test_a_renamed_key_needs_a_method_change(found, piers_with_status, rows):
    names = {"pier": "jetty"}

    def renamed(row):
        return {names.get(name, name): value for name, value in row.items()}

    columns = tuple(
        c.model_copy(update={"name": names.get(c.name, c.name)}) for c in piers_with_status.columns
    )
    new = piers_with_status.model_copy(
        update={"columns": columns, "key": ("year", "jetty"), "schema_version": "2.0.0"}
    )
    now = [renamed(row) for row in rows]

    held = found(rows, now, product=new, of=piers_with_status, method=0)
    passed = found(rows, now, product=changed(new), of=piers_with_status, method=0)

    assert held[0] == "held"
    assert held[1].unexpected_count == 2
    assert "the last release has no key column jetty" in held[1].message.en
    assert passed[0] == "passed"


def test_a_coarser_key_needs_a_method_change(found, piers_with_status, rows):
    new = piers_with_status.model_copy(update={"key": ("year",)})

    verdict, kept, _ = found(rows, rows[1:], product=new, of=piers_with_status)

    assert verdict == "held"
    assert "does not tell the rows of the last release apart" in kept.message.en
