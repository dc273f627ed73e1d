"""Whoever dies while he warns: each message comes once, in order, and none is lost."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.orchestration.alerts.office import Office, Phone, dies
from tests.orchestration.alerts.rows import RATSADA, WICHIT, at, row
from tests.publication.city import Crash, CrashingStore

RISE = "Flood risk up in Ratsada: warning"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "home")


WRITES = 3 + 2 * 2  # the clock, the record and which is newest, the same of each of two messages


def test_the_steps_below_are_all_writes_of_a_look(office: Office) -> None:
    store = CrashingStore(office.lake, 1000, after=False)

    office.look(at(1), row(RATSADA, 2), lake=store)

    assert 1000 - store.left == WRITES


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, WRITES + 1))
def test_death_at_any_write_makes_no_second_message_and_loses_none(
    office: Office, step: int, after: bool
) -> None:
    with pytest.raises(Crash):
        office.look(at(1), row(RATSADA, 2), lake=CrashingStore(office.lake, step, after=after))

    office.look(at(2), row(RATSADA, 2))
    office.look(at(3), row(RATSADA, 2))

    assert office.shown("line") == [RISE]
    assert len(office.shown("email")) == 1


@pytest.mark.parametrize("phone", ["line", "email"])
def test_who_dies_before_the_mark_sends_again_under_the_same_key(
    office: Office, phone: str
) -> None:
    """An e-mail may then lie in a mailbox twice, under one Message-ID; LINE shows it once."""
    office.phones[phone].after = dies([1])

    with pytest.raises(Crash):
        office.look(at(1), row(RATSADA, 2))
    office.look(at(2), row(RATSADA, 2))

    first, second = office.phones[phone].came
    assert first.key == second.key
    assert first.event == second.event


# Whatever happens, and whoever dies: a step is a wait, two risks, and where the process dies.
risks = st.sampled_from([None, 0, 1, 2, 3])
deaths = st.tuples(st.sampled_from(["write", "written", "send", "sent"]), st.integers(1, 9))
steps = st.lists(
    st.tuples(st.integers(1, 60), risks, risks, st.none() | deaths), min_size=1, max_size=10
)


@given(steps)
def test_every_rise_and_fall_is_one_message_in_order_whoever_dies(
    story: list[tuple[int, int | None, int | None, tuple[str, int] | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office, minutes = Office(Path(folder)), 0
        for wait, first, second, death in story:
            minutes += wait
            rows = [row(RATSADA, first, minutes), row(WICHIT, second, minutes)]
            with suppress(Crash):
                _look(office, minutes + 0.5, rows, death)
            _look(office, minutes + 0.6, rows, None)  # the work that was cut off is done again

        for phone in ("line", "email"):
            _is_as_it_was(office.phones[phone], RATSADA, [step[1] for step in story])
            _is_as_it_was(office.phones[phone], WICHIT, [step[2] for step in story])
            told = [parcel.event.id for parcel in office.phones[phone].shown]
            assert told == sorted(set(told))
        assert [event.id for record in office.records for event in record.happened] == told


def _look(office: Office, minutes: float, rows: list, death: tuple[str, int] | None) -> None:  # type: ignore[type-arg]
    where, count = death or ("", 0)
    lake = CrashingStore(office.lake, count, after=where == "written")
    kill = dies([count])
    for phone in office.phones.values():
        phone.before = kill if where == "send" else lambda _: None
        phone.after = kill if where == "sent" else lambda _: None
    office.look(at(minutes), *rows, lake=lake if where.startswith("writ") else None)


def _is_as_it_was(phone: Phone, place: str, risks: list[int | None]) -> None:
    told = [
        (parcel.event.before, parcel.event.places[0].level)
        for parcel in phone.shown
        if parcel.event.what in ("rises", "falls", "solved")
        and parcel.event.places[0].code == place
    ]
    known = [0, *(risk for risk in risks if risk is not None)]
    assert told == [(a, b) for a, b in pairwise(known) if a != b]
