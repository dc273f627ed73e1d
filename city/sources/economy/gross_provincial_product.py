"""Gross provincial product by sector and year, in the two latest editions of the council.

An edition revises the years before: its last year is preliminary (p), the one before revised (r).
The total of 2562 is the published one. The other years follow the passengers of the airport and
the shares of the sectors are made up, in the proportions of an island that lives on visitors.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.published.economy import GROSS_PROVINCIAL_PRODUCT
from city.published.tourism import AIRPORT_PASSENGERS
from city.published.visitors import visitors_of
from city.sources.months import BUDDHIST_ERA
from city.sources.spelling import PROVINCE

if TYPE_CHECKING:
    from city.city import City

AGENCY = "สำนักงานสภาพัฒนาการเศรษฐกิจและสังคมแห่งชาติ"
FIRST_YEAR = 2562
OLDEST_EDITION = FIRST_YEAR + 3  # before it there would be no two editions with a year in each
TOTAL = "ผลิตภัณฑ์มวลรวมจังหวัด (GPP)"

# Each sector's share of 2562 per mille, and how much of it (in per cent) visitors make.
SECTORS = {
    "เกษตรกรรม การป่าไม้ และการประมง": (28, 0),
    "การทำเหมืองแร่และเหมืองหิน": (1, 0),
    "การผลิต": (22, 20),
    "การไฟฟ้า ก๊าซ ไอน้ำ และระบบปรับอากาศ": (16, 40),
    "การจัดหาน้ำ การจัดการน้ำเสียและของเสีย": (5, 40),
    "การก่อสร้าง": (30, 10),
    "การขายส่งและการขายปลีก การซ่อมยานยนต์": (72, 40),
    "การขนส่งและสถานที่เก็บสินค้า": (236, 95),
    "ที่พักแรมและบริการด้านอาหาร": (412, 98),
    "ข้อมูลข่าวสารและการสื่อสาร": (14, 10),
    "กิจกรรมทางการเงินและการประกันภัย": (42, 15),
    "กิจกรรมอสังหาริมทรัพย์": (27, 20),
    "กิจกรรมทางวิชาชีพ วิทยาศาสตร์ และเทคนิค": (3, 20),
    "กิจกรรมการบริหารและการบริการสนับสนุน": (34, 95),
    "การบริหารราชการ การป้องกันประเทศ และการประกันสังคมภาคบังคับ": (17, 0),
    "การศึกษา": (12, 0),
    "กิจกรรมด้านสุขภาพและงานสังคมสงเคราะห์": (15, 30),
    "ศิลปะ ความบันเทิง และนันทนาการ": (9, 90),
    "กิจกรรมบริการด้านอื่น ๆ": (5, 50),
}


def gross_provincial_product(city: City) -> Table:
    """The table with both editions."""
    newest = max(city.first_day.year + BUDDHIST_ERA, OLDEST_EDITION)
    return Table(
        source="gross_provincial_product",
        dataset="dataset_gpp_83",
        resource="gpp.csv",
        title="ผลิตภัณฑ์มวลรวมจังหวัดภูเก็ต รายสาขาการผลิต",
        agency=AGENCY,
        headings=(
            "จังหวัด", "ปีที่เผยแพร่", "ปี", "สถานะข้อมูล", "สาขาการผลิต",
            "มูลค่า ณ ราคาประจำปี", "ปริมาณลูกโซ่ (CVM)", "หน่วย", "ที่มา",
        ),
        rows=tuple(_rows(city.seed, newest - 1)) + tuple(_rows(city.seed, newest)),
        published_at=datetime(city.first_day.year, 6, 30, 3, 0, tzinfo=UTC),
    )  # fmt: skip


def _rows(seed: int, edition: int) -> Iterator[Row]:
    """One edition; years lag two behind it."""
    for year in range(FIRST_YEAR, edition - 1):
        status = {edition - 2: "p", edition - 3: "r"}.get(year, "")
        values = _values(seed, year, preliminary=status == "p")
        for sector, value in (*values.items(), (TOTAL, sum(values.values()))):
            # Prices have risen by half since the reference year 2545, and rise on.
            volume = value * 1000 // (1500 + 16 * (year - FIRST_YEAR))
            numbers = (f"{value:,}", f"{volume:,}")
            yield (PROVINCE, str(edition), str(year), status, sector, *numbers, "ล้านบาท", AGENCY)


def _values(seed: int, year: int, *, preliminary: bool) -> dict[str, int]:
    """Million baht at current prices by sector."""
    whole = GROSS_PROVINCIAL_PRODUCT[FIRST_YEAR]
    values = {}
    for sector, (share, by_visitors) in SECTORS.items():
        visitors = by_visitors * _visitors_permille(year)
        others = (100 - by_visitors) * (1000 + 22 * (year - FIRST_YEAR))
        values[sector] = whole * share * (visitors + others) // 100_000_000
        if preliminary and year != FIRST_YEAR:
            off = Draws(seed, "gpp", str(year), sector).one(970, 1018)
            values[sector] = values[sector] * off // 1000
    if year == FIRST_YEAR:
        values[next(iter(values))] += whole - sum(values.values())
    return values


def _visitors_permille(year: int) -> int:
    """Passengers of a year, of those of 2562; its own are not in the table, so visitors tell it."""
    if year == FIRST_YEAR:
        return 1000
    at_base = AIRPORT_PASSENGERS[2567][11] * sum(visitors_of(2562)) // sum(visitors_of(2567))
    latest = max(AIRPORT_PASSENGERS)
    return AIRPORT_PASSENGERS[min(year, latest)][11] * 1000 // at_base


SOURCE = Catalogued("gross_provincial_product", gross_provincial_product)
