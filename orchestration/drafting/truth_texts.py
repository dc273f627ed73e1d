"""The texts of drafted truth tests, with what differs as `$name`.

Does not belong here: what is filled in (`truth.py`).
"""

from string import Template

GROUPED = Template(
    '''"""$name: built by a real dbt, and worked out again from the rows that were sent.

The rows are made up by the contract of $source. What they come to is worked
out in pandas and decimals; it shares no SQL with the model.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime, time, timedelta
from decimal import $decimals

import pandas as pd
import pytest

from ingestion.clock import BANGKOK
from tests.dbt_project.city_lake import AS_OF, CityLake, contract
from tests.dbt_project.made_up import Sent, built_from, days_of_rows

pytestmark = pytest.mark.whole

SOURCE = contract("$source")
KEY = $keys


@pytest.fixture(scope="module")
def sent() -> Sent:
    """Two months, and some of their rows a second time with other values."""
    return days_of_rows(SOURCE, date(2025, 12, 8), date(2026, 1, 31))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sent: Sent) -> CityLake:
    return built_from(sent, SOURCE, "$name", tmp_path_factory.mktemp("truth"))


def test_every_row_is_what_the_rows_of_its_source_come_to(city: CityLake, sent: Sent) -> None:
    told = city.ask("""
        select $columns
        from lake.marts.$name""")

    expected = sorted(worked_out(sent), key=str)
    assert len(expected) > $least
    assert sorted(told, key=str) == expected


def test_every_row_says_when_its_period_begins_and_ends(city: CityLake) -> None:
    told = city.ask("""
        select distinct $period, period_start, period_end from lake.marts.$name""")

    assert told
    for named, start, end in told:
        assert isinstance(named, date)
        assert (start, end) == (midnight(named), midnight(after(named)))


def worked_out(sent: Sent) -> list[tuple[object, ...]]:
    """The rows of the product. Of rows with one key the one that came last counts."""
    rows = pd.DataFrame([row for _, some in sent for row in some])
    rows = rows.drop_duplicates(list(SOURCE.key), keep="last")
    days = $seen.dt.date
    rows["period"] = [named(day) for day in days]
    groups = rows.groupby([*KEY, "period"], dropna=False)
    return [_row(key, group) for key, group in groups]


def _row(key: Hashable, group: pd.DataFrame) -> tuple[object, ...]:
    assert isinstance(key, tuple)
    settled = midnight(after(key[-1])) + timedelta(days=SOURCE.lookback_days)
    return (
        *key,
$figures
        len(group),
        "final" if settled <= datetime.fromisoformat(AS_OF) else "provisional",
    )


def values(group: pd.DataFrame, name: str) -> list[Decimal]:
    """What has a value, exactly."""
    return [Decimal(str(value)) for value in group[name] if not pd.isna(value)]


${helpers}def named(day: date) -> date:
    """The $period of a day."""
    return $first_of


def after(named: date) -> date:
    """The $period that follows."""
    return $next_of


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=BANGKOK)
'''
)

TOLD = Template(
    '''"""$name: built by a real dbt, and held against the rows that were sent.

The rows are made up by the contract of $source; the newest delivery counts.
Nothing here shares SQL with the model.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from tests.dbt_project.city_lake import AS_OF, CityLake, contract
from tests.dbt_project.made_up import Sent, built_from, years_of_rows

pytestmark = pytest.mark.whole

SOURCE = contract("$source")


@pytest.fixture(scope="module")
def sent() -> Sent:
    """The table of the agency as it came twice, with other figures."""
    return years_of_rows(SOURCE, [date(2026, 1, 10), date(2026, 1, 20)], range(2022, 2027))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sent: Sent) -> CityLake:
    return built_from(sent, SOURCE, "$name", tmp_path_factory.mktemp("truth"))


def test_every_row_is_that_of_the_newest_delivery(city: CityLake, sent: Sent) -> None:
    told = city.ask("""
        select $columns
        from lake.marts.$name""")

    expected = sorted(worked_out(sent), key=str)
    assert len(expected) >= 5
    assert sorted(told, key=str) == expected


def test_every_row_says_when_its_year_begins_and_ends(city: CityLake) -> None:
    told = city.ask("""
        select distinct year, period_start, period_end from lake.marts.$name""")

    assert len(told) == 5
    for year, start, end in told:
        assert isinstance(year, int)
        assert (start, end) == (new_year(year), new_year(year + 1))


def worked_out(sent: Sent) -> list[tuple[object, ...]]:
    """The rows of the product, with the place of the province."""
    rows = pd.DataFrame(sent[-1][1], dtype=object).drop_duplicates(list(SOURCE.key))
    return [_row(row) for row in rows.to_dict("records")]


def _row(row: dict[str, object]) -> tuple[object, ...]:
    is_over = new_year(int(str(row["year"])) + 1) <= datetime.fromisoformat(AS_OF)
    is_pending = $pending
    return (
$listed
        "final" if is_over and not is_pending else "provisional",
    )


def new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo("Asia/Bangkok"))
'''
)
