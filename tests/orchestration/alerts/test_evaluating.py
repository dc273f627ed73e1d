"""What happened to the risk of each place: every rise and fall once, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ingestion.errors import PermanentError
from orchestration.alerts.evaluating import Evaluated, evaluate
from orchestration.alerts.model import Event, Place, Risk
from tests.orchestration.alerts.rows import KATHU, RATSADA, WICHIT, at, row

HALF_AN_HOUR = timedelta(minutes=30)
Look = tuple[float, list[Risk]]


def looks(*each: Look) -> list[Evaluated]:
    """Looks one after the other, each at so many minutes after noon."""
    places: dict[str, Place] = {}
    found = []
    for minutes, rows in each:
        found.append(evaluate(rows, at(minutes), places, HALF_AN_HOUR))
        places = dict(found[-1].places)
    return found


def told(*each: Look) -> list[list[str]]:
    """What happened at each look, in short: `rises 830104 0>2`."""
    return [[_short(event) for event in look.events] for look in looks(*each)]


def _short(event: Event) -> str:
    if event.what in ("unknown", "known"):
        return f"{event.what} {' '.join(place.code for place in event.places)}"
    (place,) = event.places
    return f"{event.what} {place.code} {event.before}>{place.level}"


def test_every_change_of_level_is_one_event_and_the_same_level_none() -> None:
    assert told(
        (1, [row(RATSADA, 0, 0)]),
        (16, [row(RATSADA, 2, 15)]),
        (17, [row(RATSADA, 2, 15)]),
        (31, [row(RATSADA, 2, 30)]),
        (46, [row(RATSADA, 3, 45)]),
        (61, [row(RATSADA, 1, 60)]),
        (76, [row(RATSADA, 0, 75)]),
        (91, [row(RATSADA, 0, 90)]),
    ) == [
        [],
        ["rises 830104 0>2"],
        [],
        [],
        ["rises 830104 2>3"],
        ["falls 830104 3>1"],
        ["solved 830104 1>0"],
        [],
    ]


def test_a_place_that_is_first_seen_at_risk_has_risen() -> None:
    assert told((1, [row(RATSADA, 1)])) == [["rises 830104 0>1"]]


def test_an_episode_begins_with_its_first_risk_and_ends_with_the_last() -> None:
    *_, risen, over = looks(
        (1, [row(RATSADA, 1, 0)]), (16, [row(RATSADA, 3, 15)]), (31, [row(RATSADA, 0, 30)])
    )

    assert risen.events[0].since == at(0)
    assert over.events[0].since == at(0)
    assert over.places[RATSADA].since is None


def test_places_are_told_one_by_one_in_the_order_of_what_was_observed() -> None:
    rows = [row(KATHU, 1, 5), row(WICHIT, 2, 10), row(RATSADA, 1, 5)]

    assert told((11, rows)) == [
        ["rises 830104 0>1", "rises 830201 0>1", "rises 830105 0>2"],
    ]


def test_no_risk_is_never_green_and_is_told_once_when_it_lasts() -> None:
    assert told(
        (1, [row(RATSADA, 2, 0)]),
        (16, [row(RATSADA, None, 15)]),
        (45, [row(RATSADA, None, 30)]),
        (46, [row(RATSADA, None, 45)]),
        (61, [row(RATSADA, None, 60)]),
        (600, [row(RATSADA, None, 600)]),
    ) == [["rises 830104 0>2"], [], [], ["unknown 830104"], [], []]


def test_the_level_stays_while_nothing_is_known_and_what_comes_then_is_held_against_it() -> None:
    assert told(
        (1, [row(RATSADA, 2, 0)]),
        (50, []),
        (80, []),
        (91, [row(RATSADA, 0, 90)]),
    )[1:] == [[], ["unknown 830104"], ["solved 830104 2>0"]]


def test_what_is_known_again_and_unchanged_is_told_when_its_absence_was() -> None:
    assert (
        told(
            (1, [row(RATSADA, 2, 0)]),
            (50, []),
            (60, [row(RATSADA, 2, 58)]),  # nobody was told
            (110, []),
            (140, []),
            (141, [row(RATSADA, 2, 140)]),
            (142, [row(RATSADA, 2, 140)]),
        )[1:]
        == [[], [], [], ["unknown 830104"], ["known 830104"], []]
    )


def test_a_row_that_no_longer_holds_is_as_none() -> None:
    """At the instant at which it ends, and long after; and it tells no rise any more."""
    assert told((45, [row(RATSADA, 2, 0)])) == [[]]
    assert told((44.99, [row(RATSADA, 2, 0)])) == [["rises 830104 0>2"]]


def test_silence_counts_from_the_end_of_what_was_known() -> None:
    """Nobody looked in between: at the next look it is told at once."""
    first, second = looks((1, [row(RATSADA, 0, 0)]), (75, []))

    assert first.places[RATSADA].unknown_since is None
    assert [event.what for event in second.events] == ["unknown"]
    assert second.events[0].since == at(45)


def test_all_places_that_are_silent_together_are_one_message() -> None:
    rows = [row(RATSADA, 2, 0), row(WICHIT, 0, 0), row(KATHU, 0, 0)]

    assert told((1, rows), (75, []), (80, []), (81, [row(WICHIT, 0, 80), row(KATHU, 0, 80)]))[
        1:
    ] == [["unknown 830104 830105 830201"], [], ["known 830105 830201"]]


def test_a_place_without_rows_is_silent_and_the_others_go_on() -> None:
    rows = [row(RATSADA, 2, 0), row(WICHIT, 0, 0)]

    assert told((1, rows), (46, [row(WICHIT, 1, 45)]), (76, [row(WICHIT, 1, 75)]))[1:] == [
        ["rises 830105 0>1"],
        ["unknown 830104"],
    ]


def test_older_rows_than_what_is_known_change_nothing() -> None:
    assert told(
        (31, [row(RATSADA, 2, 30)]), (32, [row(RATSADA, 0, 15)]), (33, [row(RATSADA, None, 15)])
    ) == [["rises 830104 0>2"], [], []]


def test_a_corrected_row_of_the_same_time_counts() -> None:
    assert told((31, [row(RATSADA, 2, 30)]), (32, [row(RATSADA, 0, 30)]))[1] == [
        "solved 830104 2>0"
    ]


def test_what_was_corrected_and_has_passed_is_no_news() -> None:
    """Late readings make old rows anew: nobody is told of a fall and a rise that never were."""
    later = [row(RATSADA, 1, 15), row(RATSADA, 2, 30)]

    assert told((16, [row(RATSADA, 2, 15)]), (31, later)) == [["rises 830104 0>2"], []]


def test_an_older_row_does_not_bring_back_what_is_known_to_be_unknown() -> None:
    assert told(
        (1, [row(RATSADA, 0, 0, holds=300)]),
        (16, [row(RATSADA, None, 15)]),
        (50, []),
        (60, [row(RATSADA, 0, 0, holds=300)]),
    ) == [[], [], ["unknown 830104"], []]


def test_a_row_from_the_future_is_not_believed_and_blocks_none_of_today() -> None:
    assert told(
        (0, [row(RATSADA, 3, 61)]),
        (1, [row(RATSADA, 1, 0)]),
        (2, [row(RATSADA, 2, 60)]),  # the clock of a sender is an hour ahead
    ) == [[], ["rises 830104 0>1"], ["rises 830104 1>2"]]


def test_what_passed_between_two_looks_is_told_too_in_its_order() -> None:
    rows = [row(RATSADA, risk, 15 * n) for n, risk in enumerate([2, None, 3, 0, 1])]

    assert told((61, list(reversed(rows)))) == [
        ["rises 830104 0>2", "rises 830104 2>3", "solved 830104 3>0", "rises 830104 0>1"]
    ]


def test_what_passed_is_not_told_when_the_newest_is_not_known() -> None:
    """What held once is news of yesterday then, unless it holds still."""
    passed = [row(RATSADA, 2, 0), row(RATSADA, 0, 15), row(RATSADA, None, 90)]

    assert told((91, passed)) == [[]]
    assert told((20, [*passed[:2], row(RATSADA, None, 18)])) == [
        ["rises 830104 0>2", "solved 830104 2>0"]
    ]


def test_a_row_without_a_time_is_about_now() -> None:
    assert told((1, [row(RATSADA, 0, 0)]), (31, [row(RATSADA, None, None)]), (61, []))[1:] == [
        [],
        ["unknown 830104"],
    ]


def test_a_row_without_a_time_is_heard_though_a_sender_s_clock_is_ahead() -> None:
    ahead = (1, [row(RATSADA, 0, 40, holds=300)])

    assert told(ahead, (2, [row(RATSADA, None, None)]), (32, [row(RATSADA, None, None)]))[2] == [
        "unknown 830104"
    ]


def test_two_rows_of_one_time_that_differ_are_refused_by_name() -> None:
    with pytest.raises(PermanentError, match=r"830104 at .* say different things"):
        evaluate([row(RATSADA, 1), row(RATSADA, 2)], at(1), {}, HALF_AN_HOUR)

    assert evaluate([row(RATSADA, 1)] * 2, at(1), {}, HALF_AN_HOUR).events


@pytest.mark.parametrize(
    "broken",
    [
        {"risk": 4},
        {"risk": -1},
        {"place": "Ratsada"},
        {"observed_at": None},
        {"valid_until": None},
        {"valid_until": at(0)},
        {"valid_until": at(24 * 60 + 1)},
        {"observed_at": at(0).replace(tzinfo=None)},
        {"severity": 3},
    ],
)
def test_a_row_that_cannot_be_is_none(broken: dict[str, object]) -> None:
    right = row(RATSADA, 1).model_dump()

    with pytest.raises(ValidationError):
        Risk.model_validate(right | broken)


risks = st.sampled_from([None, 0, 1, 2, 3])


@given(st.lists(st.tuples(risks, risks, st.integers(1, 90)), max_size=30))
def test_in_any_sequence_each_level_follows_from_the_one_before(
    steps: list[tuple[int | None, int | None, int]],
) -> None:
    """By a second way: levels of what was known, without repeats, beginning at 0."""
    minutes, each = 0, list[Look]()
    for first, second, wait in steps:
        minutes += wait
        each.append((minutes, [row(RATSADA, first, minutes), row(WICHIT, second, minutes)]))

    events = [event for look in looks(*each) for event in look.events]

    for number, place in enumerate((RATSADA, WICHIT)):
        known = [step[number] for step in steps if step[number] is not None]
        assert list(_levels(events, place)) == list(_changes(known))


def _levels(events: Iterable[Event], place: str) -> Iterable[tuple[int, int]]:
    for event in events:
        if event.what in ("rises", "falls", "solved") and event.places[0].code == place:
            yield event.before, event.places[0].level


def _changes(known: Iterable[int]) -> Iterable[tuple[int, int]]:
    last = 0
    for level in known:
        if level != last:
            yield last, level
        last = level
