"""The police's export: what the door makes of it, four states, and the signal in the numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from city.city import City
from city.sources.safety import traffic_violations
from city.truth.incidents.violations import (
    MOST_DAYS,
    OFFENCES,
    highest_fine,
    violations,
    violations_by_hour,
)
from city.truth.people.traffic import passes_by_hour
from ingestion.clock import bangkok_day
from tests.city.safety.judging import Door, Sent

SOURCE = traffic_violations.SOURCE_ID


@pytest.fixture(scope="module")
def sent(small: City, door: Door) -> Sent:
    files = [file for day in small.calendar for file in traffic_violations.files_of(small, day)]
    return door.files(SOURCE, files)


def test_the_door_finds_exactly_what_is_wrong(sent: Sent) -> None:
    assert sent.quarantined == sent.planted_records("quarantined")
    assert sent.deduplicated == sent.planted_count("deduplicated")
    assert sent.refused == sent.planted_files("refused")
    assert all((sent.quarantined, sent.deduplicated, sent.refused))


def test_the_plate_is_not_stored(sent: Sent) -> None:
    assert not [
        name for name in sent.accepted[0] if name.startswith("plate") and name != "plate_region"
    ]
    assert "rescued" not in sent.accepted[0]


def test_each_day_sends_what_changed_on_it_with_the_state_of_its_evening(
    small: City, sent: Sent
) -> None:
    changed = {bangkok_day(row["changed_at"]) for row in sent.accepted}  # type: ignore[arg-type]
    states = {row["state"] for row in sent.accepted}

    assert states == {"seen", "reviewed", "ticketed", "paid"}
    assert changed == set(small.calendar)
    assert all(
        (row["fine"] is not None) == (row["state"] in ("ticketed", "paid")) for row in sent.accepted
    )


def test_a_violation_goes_through_its_states_in_order_and_never_back(small: City) -> None:
    happened = small.first_day
    sent_states: dict[str, list[str]] = defaultdict(list)
    longer = replace(small, days=MOST_DAYS + 1)
    for age in range(MOST_DAYS + 1):
        # The second day's file is sent once with a wrong heading and once right.
        file = traffic_violations.files_of(longer, happened + timedelta(days=age))[-1]
        for line in dict.fromkeys(file.body.decode("cp874").splitlines()[1:]):
            cells = line.split(",")
            if cells[0].startswith(f"VE{happened:%y%m%d}"):
                sent_states[cells[0]].append(cells[10])

    found = violations(small.seed, happened, small.millionths)
    assert len(sent_states) == len(found.second)
    order = list(traffic_violations.STATES)
    for states in sent_states.values():
        assert states == order[: len(states)]
    ends = [order.index(states[-1]) for states in sent_states.values()]
    assert sorted(ends) == sorted(found.state(MOST_DAYS).tolist())


def test_violations_follow_the_traffic_and_the_visitors(small: City) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 360, 15)]
    passes = np.array([passes_by_hour(small.seed, day).sum() for day in days])
    seen = np.array([violations_by_hour(small.seed, day).sum() for day in days]) / 1000

    assert np.corrcoef(passes, seen)[0, 1] > 0.9
    assert ((seen > 0.003 * passes) & (seen < 0.01 * passes)).all()


def test_fines_obey_the_law_of_the_day() -> None:
    grave, plain = OFFENCES[0], OFFENCES[-1]
    before, after = date(2022, 9, 4), date(2022, 9, 5)

    assert [highest_fine(grave, day) for day in (before, after)] == [1000, 4000]
    assert [highest_fine(plain, day) for day in (before, after)] == [500, 2000]


def test_the_same_city_sends_the_same_bytes(small: City) -> None:
    first, again = (
        [file.body for file in traffic_violations.files_of(city, small.last_day)]
        for city in (small, replace(small))
    )

    assert first == again
