"""What makes rows of a period others, one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dbt_project.fingerprints import (
    WHOLE,
    Stale,
    digest,
    event_days,
    fingerprints,
    periods_read,
    stale,
)
from dbt_project.made_from import Dated, Leaf, Model, Reported, Window
from dbt_project.periods import Period
from ingestion.clock import BANGKOK

ANEW = Stale(anew=True)
NOON = datetime(2026, 3, 20, 12, tzinfo=BANGKOK)
HERE, ALL = Window(), Window(None, None)
MODELS = {
    "reading": Model("v", {"readings": HERE}, Period.DAY),
    "station": Model("v", {"stations": HERE}, dated=True),
    "rule": Model("v", {"station": HERE, "tariff": HERE}, dated=True),
    "flagged": Model("v", {"reading": Window(6, 1), "rule": HERE}, Period.DAY),
    "rain": Model("v", {"flagged": HERE}, Period.HYDROLOGICAL_DAY),
    "mart": Model(
        "v", {"rain": Window(before=None), "station": HERE}, Period.HYDROLOGICAL_DAY, silent=True,
        clock=(0, 3),
    ),
    "judged": Model("v", {"flagged": HERE, "limit": HERE}, Period.DAY),
    "monthly": Model("v", {"flagged": HERE}, Period.MONTH),
    "stations_known": Model("v", {"station": ALL, "rain": ALL}),
}  # fmt: skip


def on(day: int) -> date:
    return date(2026, 3, 1) + timedelta(days=day - 1)


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(map(on, numbers))


READINGS = Reported({on(day): f"d{day}" for day in (1, 5, 6, 10, 12)})
LEAVES: Mapping[str, Leaf] = {
    "readings": READINGS,
    "stations": Dated(((None, None, "RG-001 10"),)),
    "tariff": Dated(((None, on(5), "old"), (on(6), None, "new"))),
    "limit": "a",
}


def made(
    models: Mapping[str, Model] = MODELS,
    now: datetime = NOON,
    before: datetime = NOON,
    was: Mapping[str, Leaf] = LEAVES,
    **leaves: Leaf,
) -> dict[str, Stale]:
    """What a build makes after one of `MODELS` over the leaves as they were."""
    kept = fingerprints(MODELS, was, before)
    return stale(fingerprints(models, {**LEAVES, **leaves}, now), kept)


def told(**days_told: str) -> Reported:
    """The readings, with what days were told of besides."""
    return Reported({**READINGS.by_day, **{on(int(d[1:])): said for d, said in days_told.items()}})


def test_a_build_after_nothing_makes_nothing() -> None:
    assert made() == {}
    assert made(now=NOON + timedelta(minutes=59)) == {}


def test_the_first_build_makes_everything_and_a_new_model_alone_is_made_anew() -> None:
    want = fingerprints(MODELS, LEAVES, NOON)

    assert stale(want, {}) == dict.fromkeys(MODELS, ANEW)
    assert made(MODELS | {"new": Model("v", {"rain": HERE}, Period.HYDROLOGICAL_DAY)}) == {
        "new": ANEW
    }


def test_a_late_delivery_makes_the_days_whose_window_it_lies_in() -> None:
    found = made(readings=told(d5="again"))

    assert found["reading"].periods == days(5)
    assert found["flagged"].periods == days(5, 6, 10)
    assert found["rain"].periods == days(5, 6, 7, 10, 11)
    assert found["monthly"] == Stale(anew=True, periods=(on(1),))
    assert not found.keys() & {"station", "rule"}


def test_the_window_after_reaches_the_day_before_and_no_further() -> None:
    assert made(readings=told(d6="again"))["flagged"].periods == days(5, 6, 10, 12)
    assert made(readings=told(d12="again"))["flagged"].periods == days(12)
    assert made(readings=told(d13="first"))["flagged"].periods == days(12, 13)


def test_what_asks_for_all_days_before_is_made_from_there_on() -> None:
    found = made(readings=told(d10="again"))

    assert found["mart"].periods == days(*range(10, 14))


def test_a_day_that_was_told_of_and_is_no_more_is_emptied() -> None:
    gone = Reported({day: said for day, said in READINGS.by_day.items() if day != on(6)})
    found = made(readings=gone)

    assert found["reading"].periods == days(6)
    assert found["flagged"].periods == days(5, 6, 10, 12)
    # What of the sixth is hydrological was the seventh, too.
    assert {on(6), on(7)} <= set(found["rain"].periods)
    assert on(7) not in fingerprints(MODELS, {**LEAVES, "readings": gone}, NOON)["rain"]


def test_a_row_of_a_register_that_ends_today_leaves_the_past_alone() -> None:
    changed = Dated(((None, on(9), "RG-001 10"), (on(10), None, "RG-001 5")))
    found = made(stations=changed)

    assert found["flagged"].periods == days(10, 12)
    assert found["rain"].periods == days(10, 11, 12, 13)
    assert found["mart"].periods == days(10, 11, 12, 13)
    assert {found["station"].anew, found["rule"].anew, found["stations_known"].anew} == {True}


def test_a_register_that_ends_after_the_last_period_makes_none() -> None:
    assert made(stations=Dated(((None, on(25), "RG-001 10"),))).keys() == {
        "station", "rule", "stations_known",
    }  # fmt: skip


def test_a_row_ends_with_its_last_day_and_begins_with_its_first() -> None:
    moved = Dated(((None, on(6), "old"), (on(7), None, "new")))

    assert made(tariff=moved)["flagged"].periods == days(6)


def test_the_window_of_a_dated_parent_counts_too() -> None:
    wide = MODELS | {"flagged": replace(MODELS["flagged"], parents={
        "reading": Window(6, 1), "rule": Window(before=6)})}  # fmt: skip
    kept = fingerprints(wide, LEAVES, NOON)
    moved = LEAVES | {"tariff": Dated(((None, on(6), "old"), (on(7), None, "new")))}

    assert stale(fingerprints(wide, moved, NOON), kept)["flagged"].periods == days(6, 10, 12)


def test_a_row_that_ends_on_the_first_day_of_a_window_lies_in_it() -> None:
    """Each hydrological day has its hours before midnight on the day before."""
    parents = {"reading": HERE, "tariff": HERE}
    models = MODELS | {"fined": Model("v", parents, Period.HYDROLOGICAL_DAY)}
    was, now = (
        {**LEAVES, "tariff": Dated(((None, on(5), said), (on(6), None, "new")))}
        for said in ("old", "older")
    )
    kept = fingerprints(models, was, NOON)

    assert stale(fingerprints(models, now, NOON), kept)["fined"].periods == days(1, 2, 5, 6)


def test_a_source_whose_rows_may_move_to_another_day_touches_all_days() -> None:
    """A case whose onset is corrected is no row of its first day any more; nobody says which."""
    days_told = READINGS.by_day
    was = {**LEAVES, "readings": Reported(days_told, moves="1")}
    found = made(was=was, readings=Reported({**days_told, on(6): "again"}, moves="2"))

    assert found["reading"] == Stale(anew=True, periods=days(1, 5, 6, 10, 12))


def test_a_seed_without_days_touches_all_that_reads_it_and_nothing_else() -> None:
    found = made(limit="b")

    assert found == {"judged": Stale(anew=True, periods=days(1, 5, 6, 10, 12))}


def test_a_table_made_as_a_whole_touches_all_that_is_made_from_it() -> None:
    models = MODELS | {"place": Model("v", {"limit": HERE})}
    models |= {"placed": Model("v", {"reading": HERE, "place": HERE}, Period.DAY)}
    kept = fingerprints(models, LEAVES, NOON)
    found = stale(fingerprints(models, {**LEAVES, "limit": "b"}, NOON), kept)

    assert found["placed"] == Stale(anew=True, periods=days(1, 5, 6, 10, 12))


def test_what_is_set_back_is_what_it_was() -> None:
    kept = fingerprints(MODELS, LEAVES, NOON)
    other = fingerprints(MODELS, {**LEAVES, "limit": "b"}, NOON)

    assert other != kept
    assert fingerprints(MODELS, {**LEAVES, "limit": "a"}, NOON) == kept


@pytest.mark.parametrize(
    ("before", "now", "periods"),
    [
        ("2026-03-10 06:59:59", "2026-03-10 07:00:00", [7, 10]),
        ("2026-03-10 07:00:00", "2026-03-11 06:59:59", []),
        ("2026-03-13 06:59:59", "2026-03-13 07:00:00", [10, 13]),
        ("2026-03-16 07:00:00", "2026-04-16 07:00:00", []),
        ("2026-03-13 07:00:00", "2026-03-13 06:59:59", [10, 13]),
    ],
    ids=["over", "nothing", "the last is over", "long ago", "a clock set back"],
)
def test_a_limit_of_time_that_was_passed_makes_its_period(
    before: str, now: str, periods: list[int]
) -> None:
    then, later = (datetime.fromisoformat(text).replace(tzinfo=BANGKOK) for text in (before, now))
    found = made(now=later, before=then)

    assert found == ({"mart": Stale(anew=False, periods=days(*periods))} if periods else {})


def test_a_table_as_a_whole_that_asks_for_the_time_is_made_once_a_day() -> None:
    models = {"age": Model("v", {"limit": HERE}, clock=(0,))}
    evening = fingerprints(models, LEAVES, datetime(2026, 3, 9, 23, 59, tzinfo=BANGKOK))

    assert fingerprints(models, LEAVES, datetime(2026, 3, 9, 0, 0, tzinfo=BANGKOK)) == evening
    assert fingerprints(models, LEAVES, datetime(2026, 3, 10, 0, 0, tzinfo=BANGKOK)) != evening


def test_a_silent_day_within_is_not_one_after_the_end() -> None:
    """Of the thirteenth nothing was reported; once the fourteenth is, a silent day lies there."""
    found = made(readings=told(d14="first"))

    assert set(found["mart"].periods) >= set(days(13, 14, 15))
    assert not set(found["mart"].periods) & set(days(*range(1, 12)))


def test_silent_days_reach_back_to_the_first_that_any_source_told_of() -> None:
    earlier = Reported({**READINGS.by_day, date(2026, 2, 26): "old"})
    found = made(readings=earlier)

    assert min(found["mart"].periods) == date(2026, 2, 26)
    assert set(found["mart"].periods) >= {date(2026, 2, 27), date(2026, 2, 28), on(1)}
    assert event_days(MODELS, {**LEAVES, "readings": earlier}, "mart") == (
        date(2026, 2, 26),
        on(12),
    )


def test_code_that_changed_makes_the_model_and_all_that_is_made_from_it_anew() -> None:
    found = made(MODELS | {"rain": replace(MODELS["rain"], code="w")})

    assert found["rain"] == ANEW
    assert found["mart"].anew
    assert found["stations_known"].anew
    assert found.keys() == {"rain", "mart", "stations_known"}


def test_code_of_a_dated_model_reaches_the_periods_below() -> None:
    found = made(MODELS | {"rule": replace(MODELS["rule"], code="w")})

    assert found["flagged"].periods == days(1, 5, 6, 10, 12)
    assert found["rule"] == ANEW


def test_a_parent_that_nobody_knows_is_named() -> None:
    with pytest.raises(KeyError, match="nobody"):
        fingerprints({"m": Model("v", {"nobody": HERE})}, {}, NOON)


@pytest.mark.parametrize(
    ("name", "parent", "periods", "read"),
    [
        ("flagged", "reading", [10], [*range(4, 12)]),
        ("flagged", "reading", [3, 10], [*range(-3, 12)]),
        ("rain", "flagged", [10], [9, 10]),
        ("monthly", "flagged", [1], [*range(1, 32)]),
        ("mart", "rain", [10], None),
        ("stations_known", "rain", [], None),
    ],
)
def test_what_is_read_for_some_periods(
    name: str, parent: str, periods: list[int], read: list[int] | None
) -> None:
    found = periods_read(MODELS, name, parent, days(*periods))

    assert found == (None if read is None else list(days(*read)))


def test_one_hydrological_day_reads_itself_of_another_table_of_them() -> None:
    models = MODELS | {"same": Model("v", {"rain": HERE}, Period.HYDROLOGICAL_DAY)}
    models |= {"two": Model("v", {"rain": Window(1, 0)}, Period.HYDROLOGICAL_DAY)}
    kept = fingerprints(models, LEAVES, NOON)
    again = fingerprints(models, {**LEAVES, "readings": told(d12="again")}, NOON)

    assert periods_read(models, "same", "rain", days(10)) == list(days(10))
    assert periods_read(models, "two", "rain", days(10)) == list(days(9, 10))
    assert stale(again, kept)["same"].periods == days(12, 13)


def test_a_table_of_days_over_one_of_months_has_all_days_of_a_month() -> None:
    models = MODELS | {"shared": Model("v", {"monthly": HERE}, Period.DAY)}

    assert set(fingerprints(models, LEAVES, NOON)["shared"]) == {WHOLE, *days(*range(1, 32))}


def test_a_digest_tells_texts_apart_however_they_are_cut() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("", "abc")}) == 4


def test_the_same_facts_give_the_same_fingerprints_in_any_order() -> None:
    backwards = dict(reversed(MODELS.items()))
    rows = Dated(tuple(reversed(LEAVES["tariff"].rows)))  # type: ignore[union-attr]
    leaves = dict(reversed(LEAVES.items())) | {"tariff": rows}

    assert fingerprints(backwards, leaves, NOON) == fingerprints(MODELS, LEAVES, NOON)
    assert fingerprints(MODELS, LEAVES, NOON)["mart"][WHOLE] == "v"
