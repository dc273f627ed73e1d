"""Criminal cases by police station, group and month: the 24 months before the city's first.

Whatever month that is, one whole fiscal year (October to September) with all its arrests is among
them, and the wrong total in it.

The police write the total of each station below its groups. The total of one station and month is
wrong, and what the last month's investigations brought is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.sources.months import complete_months
from city.sources.safety.crime_groups import GROUPS
from city.sources.safety.face_alert_counts import PENDING
from city.sources.safety.road_deaths import POLICE
from city.sources.spelling import TOTAL
from city.truth.incidents.crime import STATIONS, cases_of

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "crime_cases"
FILE = "crime-cases.csv"
MONTHS = 24
WRONG_MONTH, WRONG_STATION, WRONG_BY = 11, 5, 10
"""The twelfth month of 24 is in a whole fiscal year whichever month of a year comes last."""


def crime_cases(city: City) -> Table:
    """The table as the police would put it up when the city closes."""
    rows = tuple(_rows(city))
    a_station = len(GROUPS) + 1
    total = (WRONG_MONTH * len(STATIONS) + WRONG_STATION + 1) * a_station
    pending = tuple(n for n, row in enumerate(rows, start=1) if PENDING in row)
    wrong = "the station's total is ten more than its groups"
    waiting = "arrests of the last month are not counted yet"
    return Table(
        source=SOURCE_ID,
        dataset="crime-cases",
        resource=FILE,
        title="สถิติคดีอาญารายเดือน จำแนกตามสถานีตำรวจและกลุ่มความผิด จังหวัดภูเก็ต",
        agency=POLICE,
        headings=("ปี", "เดือน", "สถานีตำรวจ", "กลุ่มความผิด", "รับแจ้ง", "จับกุม"),
        rows=rows,
        published_at=city.closes_at,
        defects=(
            Defect("wrong_total", SOURCE_ID, FILE, Where(records=(total,)), wrong),
            Defect("pending", SOURCE_ID, FILE, Where(records=pending), waiting),
        ),
    )


def _rows(city: City) -> Iterator[Row]:
    for number, month in enumerate(complete_months(city.first_day, MONTHS)):
        when = (month.year_text, month.short)
        cases = cases_of(city.seed, month.year, month.number).tolist()
        for place, (station, groups) in enumerate(zip(STATIONS, cases, strict=True)):
            wrong = (number, place) == (WRONG_MONTH, WRONG_STATION)
            total = [sum(column) for column in zip(*groups, strict=True)]
            total[0] += WRONG_BY if wrong else 0
            for name, (reported, arrested) in zip(
                (*GROUPS.values(), TOTAL), (*groups, total), strict=True
            ):
                solved = PENDING if number == MONTHS - 1 else f"{arrested:,}"
                yield (*when, station.name_th, name, f"{reported:,}", solved)


SOURCE = Catalogued(SOURCE_ID, crime_cases)
