"""What the ledgers say that sources brought, by day."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import pytest

from dbt_project.made_from import Dated, Reported
from ingestion.clock import BANGKOK, bangkok_day
from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.sources import load_contracts
from ingestion.storage import keys
from orchestration.sources_in_time import leaf
from tests.ingestion.deliveries.test_ledger import entry
from tests.support.counting import CountingStore

CONTRACTS = {contract.id: contract for contract in load_contracts()}
READINGS, STATIONS = CONTRACTS["environment_sensor_readings"], CONTRACTS["environment_stations"]
FIRST = date(2026, 3, 1)
DAY = timedelta(days=1)
NOON = datetime.combine(FIRST, time(12), tzinfo=BANGKOK)


def on(day: int) -> date:
    return FIRST + (day - 1) * DAY


def came(
    contract: SourceContract, sha256: str, *days: int, at: datetime = NOON, word: str = ""
) -> LedgerEntry:
    """A delivery with rows of some days; of none when it was refused."""
    lake = tuple(keys.lake(contract.id, on(day), f"{sha256}{word}") for day in days)
    return entry(sha256).model_copy(update={"lake": lake, "received_at": at})


def ledger(*records: list[LedgerEntry]) -> Ledger:
    found = Ledger(CountingStore(), "readings")
    for written in records:
        found.append(written, NOON)
    return found


def reported(*records: list[LedgerEntry]) -> dict[date, str]:
    found = leaf(READINGS, ledger(*records))
    assert isinstance(found, Reported)
    return dict(found.by_day)


def in_force(*records: list[LedgerEntry]) -> list[tuple[date | None, date | None]]:
    found = leaf(STATIONS, ledger(*records))
    assert isinstance(found, Dated)
    return [row[:2] for row in found.rows]


def test_a_day_is_told_of_by_the_deliveries_that_have_rows_of_it() -> None:
    first, both = came(READINGS, "a", 1), came(READINGS, "b", 1, 2)
    one, two = reported([first]), reported([first, both])

    assert one.keys() == {on(1)}
    assert two.keys() == {on(1), on(2)}
    assert one[on(1)] != two[on(1)]


def test_a_delivery_of_other_days_leaves_a_day_as_it_was() -> None:
    first = came(READINGS, "a", 1)
    again = reported([first], [came(READINGS, "b", 2)], [came(READINGS, "c")])

    assert reported([first])[on(1)] == again[on(1)]


def test_which_of_two_came_first_is_part_of_a_day() -> None:
    """Also where a ledger lost its end, and others came under the same numbers."""
    a, b = came(READINGS, "a", 1), came(READINGS, "b", 1)

    assert reported([a, b]) != reported([b, a])


def test_a_later_word_on_a_delivery_changes_its_days_alone() -> None:
    a, b = came(READINGS, "a", 1, 2), came(READINGS, "b", 3)
    before, after = reported([a, b]), reported([a, b], [came(READINGS, "a", 1, 2, word="x")])

    assert before[on(3)] == after[on(3)]
    assert {day for day in before if before[day] != after[day]} == {on(1), on(2)}


def test_a_delivery_that_is_refused_afterwards_told_of_nothing() -> None:
    a, b = came(READINGS, "a", 1, 2), came(READINGS, "b", 2)
    after = reported([a, b], [came(READINGS, "a")])

    assert after.keys() == {on(2)}
    assert after[on(2)] != reported([a, b])[on(2)]


def test_a_delivery_that_lost_a_day_in_a_replay_has_that_of_it_no_more() -> None:
    a = came(READINGS, "a", 1, 2)

    assert reported([a], [came(READINGS, "a", 2)]).keys() == {on(2)}


def test_bytes_that_come_again_are_another_receipt() -> None:
    """Whose rows count may be others from then on: they are the later ones."""
    a, b = came(READINGS, "a", 1), came(READINGS, "b", 1)
    again = came(READINGS, "a", 1, at=NOON + DAY)

    assert reported([a, b], [again]) != reported([a, b])


@pytest.mark.parametrize(
    ("source", "moves"),
    [
        ("environment_sensor_readings", False),
        ("vehicle_counts", False),
        ("dengue_reports", True),
        ("traffy_complaints", True),
    ],
)
def test_where_the_key_says_no_day_a_row_may_leave_the_day_on_which_it_was(
    source: str, moves: bool
) -> None:
    """A later report of the same case on another day takes it from the first."""
    contract = CONTRACTS[source]
    first, later = came(contract, "a", 1), came(contract, "b", 2)
    before, after = leaf(contract, ledger([first])), leaf(contract, ledger([first, later]))

    assert isinstance(before, Reported)
    assert isinstance(after, Reported)
    assert before.by_day[on(1)] == after.by_day[on(1)]
    assert (before.moves != after.moves) is moves


def test_records_without_a_delivery_say_nothing() -> None:
    assert reported([came(READINGS, "a", 1)], []) == reported([came(READINGS, "a", 1)])
    assert reported() == {}
    assert in_force() == []


def test_a_register_holds_since_ever_and_until_the_day_before_another_came() -> None:
    later = came(STATIONS, "b", 4, at=NOON + 3 * DAY)

    assert in_force([came(STATIONS, "a", 1)]) == [(None, None)]
    assert in_force([came(STATIONS, "a", 1)], [later]) == [(None, on(3)), (on(4), None)]


def test_of_two_receipts_in_one_day_the_later_one_is_in_force() -> None:
    morning = came(STATIONS, "a", 1)
    found = leaf(STATIONS, ledger([morning, came(STATIONS, "b", 1, at=NOON + timedelta(hours=11))]))

    assert isinstance(found, Dated)
    assert [row[:2] for row in found.rows] == [(None, None)]
    assert found != leaf(STATIONS, ledger([morning]))


def test_a_day_is_one_of_thailand() -> None:
    late = datetime.combine(on(1), time(23, 59), tzinfo=BANGKOK)
    at = [late.astimezone(UTC), late.astimezone(UTC) + timedelta(minutes=1)]
    found = in_force([came(STATIONS, "a", 1, at=at[0])], [came(STATIONS, "b", 2, at=at[1])])

    assert found == [(None, on(1)), (on(2), None)]


def test_a_register_whose_rows_say_when_they_hold_has_no_days_here() -> None:
    own = CONTRACTS["local_authorities"]
    one, two = ([came(own, name, 1)] for name in "ab")

    assert isinstance(leaf(own, ledger(one)), str)
    assert leaf(own, ledger(one)) != leaf(own, ledger(one, two))


IN_FORCE = """
    with delivery as (select number, day, row_number() over (order by number) as place from came),
    newest as (select *, max(place) over (order by day) as newest from delivery),
    in_force as (select * from newest where place = newest)
    select
        number,
        case when row_number() over (order by day) > 1 then day end as since,
        lead(day) over (order by day) - 1 as until
    from in_force order by day
"""
"""As `macros/dated_rows.sql` says it; what that gives is held by `test_dated_rows.py`."""


def test_any_register_is_in_force_as_the_tables_have_it() -> None:
    """Deliveries in any order of clocks, some refused, some judged again."""
    with duckdb.connect() as con:
        con.execute("create table came (number bigint, day date)")
        for number in range(60):
            written = any_register(random.Random(number))
            rows = [
                (place, bangkok_day(each.received_at))
                for place, each in enumerate(written.receipts())
                if each.lake
            ]
            con.execute("delete from came")
            con.executemany("insert into came values (?, ?)", [*rows, (-1, None)])
            con.execute("delete from came where number < 0")

            found = leaf(STATIONS, written)
            assert isinstance(found, Dated)
            told = [(int(text.split(":")[0]), *held) for *held, text in found.rows]
            assert told == con.execute(IN_FORCE).fetchall(), number


def any_register(chance: random.Random) -> Ledger:
    entries = [
        came(
            STATIONS,
            chance.choice("abcdef"),
            *([1] if chance.random() < 0.8 else []),
            at=NOON + timedelta(hours=chance.randrange(24 * 6)),
        )
        for _ in range(chance.randrange(1, 9))
    ]
    again = [each.model_copy(update={"lake": ()}) for each in entries if chance.random() < 0.2]
    return ledger(entries, again)
