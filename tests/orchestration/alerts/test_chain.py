"""Messages to the public: an alert, updates, a cancel, and never silence while there is a risk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.alerts.chain import KEPT, LASTS, Warned, before, follow
from orchestration.alerts.evaluating import evaluate
from orchestration.alerts.model import Place, Risk
from tests.orchestration.alerts.rows import RATSADA, WICHIT, at, row

HALF_AN_HOUR = timedelta(minutes=30)
Round = tuple[float, list[Risk]]


def warned(*rounds: Round, actual: bool = False) -> list[tuple[Warned, ...]]:
    """What can be read after each round."""
    places: dict[str, Place] = {}
    found: list[tuple[Warned, ...]] = [()]
    for number, (minutes, rows) in enumerate(rounds, 1):
        places = dict(evaluate(rows, at(minutes), places, HALF_AN_HOUR).places)
        found.append(follow(found[-1], places, at(minutes), name=f"flood-{number}", actual=actual))
    return found[1:]


def short(messages: tuple[Warned, ...]) -> list[str]:
    return [
        f"{each.type} {each.place} {each.level}{'?' if each.unknown else ''}" for each in messages
    ]


def test_an_episode_is_one_chain() -> None:
    *_, last = warned(
        (1, [row(RATSADA, 0, 0)]),
        (16, [row(RATSADA, 2, 15)]),
        (31, [row(RATSADA, 2, 30)]),
        (46, [row(RATSADA, 3, 45)]),
        (61, [row(RATSADA, 0, 60)]),
    )

    assert short(last) == ["alert 830104 2", "update 830104 3", "cancel 830104 0"]
    assert {each.chain for each in last} == {last[0].identifier}
    assert [each.identifier for each in before(last[2], last)] == [
        last[0].identifier,
        last[1].identifier,
    ]
    assert {each.onset for each in last} == {at(15)}
    assert last[0].identifier == "flood-2-830104-20260912T051600Z"


def test_a_place_without_risk_has_no_message() -> None:
    assert warned((1, [row(RATSADA, 0, 0)]), (50, []), (90, []))[-1] == ()


def test_a_risk_that_is_not_known_is_an_update_and_no_cancel() -> None:
    *_, last = warned((1, [row(RATSADA, 2, 0)]), (50, []), (80, []), (95, [row(RATSADA, 2, 94)]))

    assert short(last) == ["alert 830104 2", "update 830104 2?", "update 830104 2"]


def test_a_warning_is_renewed_before_it_expires_while_its_risk_stays() -> None:
    rounds: list[Round] = [(15 * n + 1, [row(RATSADA, 1, 15 * n)]) for n in range(24)]
    found = warned(*rounds)

    assert short(found[-1]) == ["alert 830104 1", "update 830104 1", "update 830104 1"]
    for (minutes, _), messages in zip(rounds, found, strict=True):
        assert messages[-1].expires - at(minutes) >= timedelta(minutes=45)


def test_a_new_episode_is_a_new_chain() -> None:
    *_, last = warned(
        *((15 * n + 1, [row(RATSADA, risk, 15 * n)]) for n, risk in enumerate([1, 0, 2]))
    )

    assert short(last) == ["alert 830104 1", "cancel 830104 0", "alert 830104 2"]
    assert list(before(last[2], last)) == []


def test_what_came_and_went_between_two_rounds_is_no_message() -> None:
    passed = [row(RATSADA, 2, 0), row(RATSADA, 0, 15)]

    assert warned((16, passed)) == [()]


def test_what_is_over_is_kept_for_a_day_after_it_expired() -> None:
    over: list[Round] = [(1, [row(RATSADA, 1, 0)]), (16, [row(RATSADA, 0, 15)])]
    end = 16 + (LASTS + KEPT) / timedelta(minutes=1)

    assert len(warned(*over, (end - 1, []))[-1]) == 2
    assert warned(*over, (end, []))[-1] == ()


def test_after_a_long_silence_of_ours_a_risk_that_lasts_begins_anew() -> None:
    *_, last = warned((1, [row(RATSADA, 2, 0)]), (3000, [row(RATSADA, 2, 2999)]))

    assert short(last) == ["alert 830104 2"]


def test_what_began_as_a_test_is_never_more() -> None:
    (tests,) = warned((1, [row(RATSADA, 2, 0)]))
    places = dict(evaluate([row(RATSADA, 2, 0)], at(1), {}, HALF_AN_HOUR).places)

    last = follow(tests, places, at(2), name="flood-2", actual=True)

    assert [(each.type, each.actual) for each in last] == [("alert", False), ("alert", True)]
    assert list(before(last[1], last)) == []


risks = st.sampled_from([None, 0, 1, 2, 3])


@given(st.lists(st.tuples(risks, risks, st.integers(1, 200)), max_size=25))
def test_chains_hold_whatever_happens(steps: list[tuple[int | None, int | None, int]]) -> None:
    minutes, rounds = 0, list[Round]()
    for first, second, wait in steps:
        minutes += wait
        rounds.append((minutes, [row(RATSADA, first, minutes), row(WICHIT, second, minutes)]))

    every: dict[str, Warned] = {}
    known = {RATSADA: 0, WICHIT: 0}
    for (minutes, rows), messages in zip(rounds, warned(*rounds), strict=True):
        every |= {each.identifier: each for each in messages}
        known |= {each.place: each.risk for each in rows if each.risk is not None}
        newest = {each.place: each for each in messages}
        for place, level in known.items():
            if level:
                assert newest[place].level == level
                assert newest[place].type != "cancel"
                assert newest[place].expires > at(minutes)
            else:
                assert place not in newest or newest[place].type == "cancel"
    for each in every.values():
        earlier = list(before(each, tuple(every.values())))
        assert (each.type == "alert") is (earlier == [])
        assert all(one.place == each.place and one.type != "cancel" for one in earlier)
        assert all(one.sent < each.sent for one in earlier)


@pytest.mark.parametrize("number", [1, 2])
def test_two_rounds_of_one_second_make_two_names(number: int) -> None:
    places = {RATSADA: Place(name_th="ก", name_en="A", level=number, since=at(0))}
    (first,) = follow((), places, at(0), name="flood-1")
    changed = {RATSADA: places[RATSADA].model_copy(update={"level": 3})}

    last = follow((first,), changed, at(0), name="flood-2")

    assert len({each.identifier for each in last}) == 2
