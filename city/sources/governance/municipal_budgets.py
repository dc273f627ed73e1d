"""Budgets of the local authorities by fiscal year, as their supervising office publishes them.

The office writes years in Thai digits and names as they come: spelled out or abbreviated. Amounts
are made up from the people of each place; the closing accounts of the last years are pending.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.local_authorities import LOCAL_AUTHORITIES, LocalAuthority
from city.registers.tambon import TAMBON_CODES
from city.sources.months import fiscal_year
from city.sources.spelling import PROVINCE
from city.truth.people.whereabouts import NIGHT, residents

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "municipal_budgets", "lao-budget.csv"
AGENCY = "สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัดภูเก็ต"
YEARS = 5
REVENUE, BUDGET, SPENT = "รายรับจริง", "งบประมาณรายจ่าย", "รายจ่ายจริง"
PENDING = "รอประมวลผล"
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
MISSPELT = ("municipality_rawai", "ทต.ราไวย")  # in the present year


def budget_of(seed: int, authority: LocalAuthority, year: int) -> int:
    """What an authority may spend in a fiscal year, in whole baht."""
    people = residents()
    weight = 0
    for tambon in authority.tambon:
        row = TAMBON_CODES.index(tambon)
        # A place with visitors has more to clean, and more to tax.
        weight += int(people[row]) * 11_000 + NIGHT[row] * 620_000
    weight = weight * authority.share // 100
    if authority.kind == "อบจ.":
        weight = weight // 6
    chance = Draws(seed, "budget", authority.id, str(year)).one(960, 1040)
    return weight * (1000 + 32 * (year - 2565)) // 1000 * chance // 1000


def municipal_budgets(city: City) -> Table:
    """The table of the last fiscal years and the present one."""
    rows = tuple(_rows(city))
    return Table(
        source=SOURCE_ID,
        dataset="dataset_lao_budget",
        resource=RESOURCE,
        title="งบประมาณขององค์กรปกครองส่วนท้องถิ่น จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=("จังหวัด", "ปีงบประมาณ", "ชื่อ อปท.", "รายการ", "จำนวน", "หน่วย", "ที่มา"),
        rows=rows,
        published_at=datetime(city.first_day.year, city.first_day.month, 1, 3, 0, tzinfo=UTC),
        defects=tuple(_defects(rows)),
    )


def _rows(city: City) -> Iterator[Row]:
    now = fiscal_year(city.first_day)
    for year in range(now - YEARS, now + 1):
        for place, authority in enumerate(LOCAL_AUTHORITIES):
            name = authority.full_name if (place + year) % 3 else authority.short_name
            if year == now and authority.id == MISSPELT[0]:
                name = MISSPELT[1]
            for item, amount in _amounts(city, authority, year, now):
                shown = str(year).translate(THAI_DIGITS)
                yield (PROVINCE, shown, name, item, amount, "บาท", AGENCY)


def _amounts(
    city: City, authority: LocalAuthority, year: int, now: int
) -> Iterator[tuple[str, str]]:
    budget = budget_of(city.seed, authority, year)
    draws = Draws(city.seed, "accounts", authority.id, str(year))
    revenue, spent = budget * draws.one(930, 1080) // 1000, budget * draws.one(780, 960) // 1000
    closed = year < now
    yield REVENUE, f"{revenue:,}.{draws.one(0, 99):02d}" if closed else PENDING
    yield BUDGET, f"{budget:,}.00"
    yield SPENT, f"{spent:,}.{draws.one(0, 99):02d}" if closed else PENDING


def _defects(rows: tuple[Row, ...]) -> Iterator[Defect]:
    pending = tuple(number for number, row in enumerate(rows, 1) if row[4] == PENDING)
    yield Defect("pending", SOURCE_ID, RESOURCE, Where(records=pending), "the year is not closed")
    wrong = tuple(number for number, row in enumerate(rows, 1) if row[2] == MISSPELT[1])
    detail = "the name of an authority is misspelt"
    yield Defect("unknown_place", SOURCE_ID, RESOURCE, Where(records=wrong), detail)


SOURCE = Catalogued(SOURCE_ID, municipal_budgets)
