"""Dengue by district and epidemiological week, as the epidemiology section's yearbook has it.

At least five whole years, and this one up to where the weekly reports (`dengue_reports`) begin:
nothing changes there any more. A week begins on a Sunday and belongs to the year of its Wednesday.
The total of one row is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.tambon import AMPHOE
from city.sources.healthcare.dengue_reports import WEEKS
from city.truth.calendar import BUDDHIST_ERA
from city.truth.incidents.dengue import (
    DENGUE_FEVER,
    HAEMORRHAGIC_FEVER,
    SHOCK,
    cases_on,
)
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "dengue_weekly", "dengue-weekly.csv"
AGENCY = "สำนักงานสาธารณสุขจังหวัดภูเก็ต"
YEARS = 6  # begun before the city's; the oldest of its weeks may lie in a year before
WEEK = timedelta(days=7)
CODES = (DENGUE_FEVER, HAEMORRHAGIC_FEVER, SHOCK)
WRONG_RECORD, WRONG_BY = 388, 5


def dengue_weekly(city: City) -> Table:
    """The table as it was when the city's first day began."""
    rows = list(_rows(city))
    row = rows[WRONG_RECORD - 1]
    rows[WRONG_RECORD - 1] = (*row[:-2], str(int(row[-2]) + WRONG_BY), row[-1])
    detail = f"the total is {WRONG_BY} more than its three forms"
    wrong = Where(records=(WRONG_RECORD,))
    return Table(
        source=SOURCE_ID,
        dataset="dengue-weekly",
        resource=RESOURCE,
        title="ผู้ป่วยโรคไข้เลือดออก รายสัปดาห์ระบาดวิทยา รายอำเภอ จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=(
            "ปีระบาดวิทยา", "สัปดาห์ที่", "วันเริ่มสัปดาห์", "อำเภอ", "ไข้เดงกี", "ไข้เลือดออก",
            "ไข้เลือดออกช็อก", "รวม", "ที่มา",
        ),
        rows=tuple(rows),
        published_at=datetime.combine(city.first_day, time(), BANGKOK),
        defects=(Defect("wrong_total", SOURCE_ID, RESOURCE, wrong, detail),),
    )  # fmt: skip


def sundays_of(city: City) -> tuple[date, ...]:
    """The first days of its weeks."""
    first, _ = week_of(date(city.first_day.year - YEARS, 1, 4))
    # The first report of the city comes within a week, and looks back on so many.
    until = city.first_day + WEEK - WEEKS * WEEK
    return tuple(first + number * WEEK for number in range((until - first) // WEEK + 1))


def week_of(day: date) -> tuple[date, tuple[int, int]]:
    """The Sunday on which a day's week begins, and the year and number of the week."""
    sunday = day - timedelta(days=day.isoweekday() % 7)
    wednesday = sunday + timedelta(days=3)
    return sunday, (wednesday.year, (wednesday.timetuple().tm_yday - 1) // 7 + 1)


@lru_cache(maxsize=2048)
def cases_of_week(seed: int, sunday: date) -> Mapping[tuple[str, str], int]:
    """Cases that fall ill within a week, by district and form of the disease."""
    return Counter(
        (case.tambon[:4], case.code)
        for day in range(7)
        for case in cases_on(seed, sunday + timedelta(days=day))
    )


def _rows(city: City) -> Iterator[Row]:
    for sunday in sundays_of(city):
        year, number = week_of(sunday)[1]
        cases = cases_of_week(city.seed, sunday)
        begins = f"{sunday:%d/%m}/{sunday.year + BUDDHIST_ERA}"
        for amphoe, (name, _) in AMPHOE.items():
            counts = [cases.get((amphoe, code), 0) for code in CODES]
            yield (str(year + BUDDHIST_ERA), str(number), begins, f"อ.{name}",
                   *map(str, counts), str(sum(counts)), AGENCY)  # fmt: skip


SOURCE = Catalogued(SOURCE_ID, dengue_weekly)
