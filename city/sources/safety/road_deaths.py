"""Deaths on the roads by month, with the mistakes that their agency really made.

In January 2567 and 2568 deaths are labelled as injuries, from 2567 on the unit is another, and the
name of July is misspelt in every year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.published.safety import ROAD_DEATHS
from city.sources.spelling import PROVINCE, TOTAL

POLICE = "ตำรวจภูธรจังหวัดภูเก็ต"
HEADINGS = ("จังหวัด", "ปี", "เดือน", "รายการ", "จำนวน", "หน่วย", "ที่มา")
MONTHS = ("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฏาคม", "สิงหาคม",
          "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม")  # fmt: skip
DEATHS, INJURIES = "ผู้เสียชีวิตจากอุบัติเหตุทางถนน", "ผู้ได้รับบาดเจ็บจากอุบัติเหตุทางถนน"
MISLABELLED_FROM = 2567


def road_deaths() -> Table:
    """The table as published."""
    rows = tuple(_mislabelled(row) for row in casualty_rows(ROAD_DEATHS, DEATHS))
    wrong = tuple(number for number, row in enumerate(rows, start=1) if row[3] == INJURIES)
    detail = "deaths of January are labelled as injuries"
    return Table(
        source="road_deaths",
        dataset="dataset_10_48",
        resource="road-deaths.csv",
        title=DEATHS,
        agency=POLICE,
        headings=HEADINGS,
        rows=rows,
        published_at=datetime(2026, 1, 28, 3, 0, tzinfo=UTC),
        defects=(
            Defect("wrong_label", "road_deaths", "road-deaths.csv", Where(records=wrong), detail),
        ),
    )


def casualty_rows(counts: Mapping[int, tuple[int, ...]], item: str) -> Iterator[Row]:
    """Twelve months and their total of every year, as the police write them."""
    for year, months in counts.items():
        for name, count in zip((*MONTHS, TOTAL), (*months, sum(months)), strict=True):
            yield (PROVINCE, str(year), name, item, str(count), "คน", POLICE)


def _mislabelled(row: Row) -> Row:
    province, year, month, item, count, _, agency = row
    later = int(year) >= MISLABELLED_FROM
    label = INJURIES if later and month == MONTHS[0] else item
    return (province, year, month, label, count, "คน" if later else "ศพ", agency)


SOURCE = Catalogued("road_deaths", lambda city: road_deaths())
