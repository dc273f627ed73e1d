"""How the provincial office of tourism lays out a table of visitors: by kind and by nationality.

Which numbers stand in it belongs to the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from city.channels import Row
from city.sources.spelling import PROVINCE, TOTAL

AGENCY = "สำนักงานการท่องเที่ยวและกีฬาจังหวัดภูเก็ต"
HEADINGS = ("จังหวัด", "ปี", "รายการ", "ประเภท", "สัญชาติ", "จำนวน", "หน่วย", "ที่มา")
NATIONALITIES = ("ชาวไทย", "ชาวต่างชาติ", TOTAL)
GROUPS = tuple(
    (kind, nationality)
    for kind in ("ผู้เยี่ยมเยือน", "นักท่องเที่ยว", "นักทัศนาจร")
    for nationality in NATIONALITIES
)
PENDING = "รอประมวลผล"

Figures = Mapping[int, tuple[int | None, ...]]


def group_rows(figures: Figures, item: str, unit: str) -> tuple[Row, ...]:
    """Nine rows a year, in the order of `GROUPS`."""
    return tuple(
        (PROVINCE, str(year), item, kind, nationality, shown(number), unit, AGENCY)
        for year, numbers in figures.items()
        for (kind, nationality), number in zip(GROUPS, numbers, strict=True)
    )


def pending_records(figures: Figures) -> tuple[int, ...]:
    """The records whose number is still being worked out."""
    cells = [number for numbers in figures.values() for number in numbers]
    return tuple(record for record, number in enumerate(cells, 1) if number is None)


def triples(figures: Figures) -> Iterator[tuple[int, int, tuple[int, int, int]]]:
    """Year, record of the total, and Thai, foreign and total, wherever all three are known."""
    record = 0
    for year, numbers in figures.items():
        for start in range(0, len(numbers), len(NATIONALITIES)):
            record += len(NATIONALITIES)
            thai, foreign, total = numbers[start : start + len(NATIONALITIES)]
            if thai is not None and foreign is not None and total is not None:
                yield year, record, (thai, foreign, total)


def shown(number: int | None) -> str:
    """A number as the office writes it."""
    return PENDING if number is None else str(number)
