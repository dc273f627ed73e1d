"""Passengers of the airport, by year, with the mistake that its agency really made.

Each year's international total is labelled domestic (all years 2563 to 2568).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.published.tourism import AIRPORT_PASSENGERS
from city.sources.spelling import PROVINCE, TOTAL

AGENCY = "บริษัท ท่าอากาศยานไทย จำกัด (มหาชน) สาขาท่าอากาศยานภูเก็ต"
DOMESTIC = "ภายในประเทศ"
INTERNATIONAL = "ระหว่างประเทศ"


def airport_passengers(*, corrected: bool = False) -> Table:
    """The table as published, or as a later revision would correct it."""
    rows = tuple(_rows(corrected))
    return Table(
        source="airport_passengers",
        dataset="dataset_10_02",
        resource="airport-pax.csv",
        title="จำนวนผู้โดยสารท่าอากาศยานภูเก็ต",
        agency=AGENCY,
        headings=("จังหวัด", "ปี", "รายการ", "ประเภท", "สถานะ", "จำนวน", "หน่วย", "ที่มา"),
        rows=rows,
        published_at=datetime(2026, 9, 14 if corrected else 1, 3, 0, tzinfo=UTC),
        defects=() if corrected else (_mislabelled(rows),),
    )


def _mislabelled(rows: tuple[Row, ...]) -> Defect:
    wrong = [
        number
        for number, (row, right) in enumerate(zip(rows, _rows(True), strict=True), start=1)
        if row != right
    ]
    return Defect(
        kind="wrong_label",
        source="airport_passengers",
        file="airport-pax.csv",
        where=Where(records=tuple(wrong)),
        detail="each year's international total is labelled domestic",
    )


def _rows(corrected: bool) -> Iterator[Row]:
    item = "จำนวนผู้โดยสาร ชาวไทยและชาวต่างชาติ เดินทาง เข้า-ออก สนามบิน ภาพรวม"
    for year, counts in AIRPORT_PASSENGERS.items():
        labels = [
            (kind, direction)
            for kind in (DOMESTIC, INTERNATIONAL, TOTAL)
            for direction in ("เข้า", "ออก", "ผ่าน", TOTAL)
        ]
        for (kind, direction), count in zip(labels, counts, strict=True):
            mislabelled = not corrected and (kind, direction) == (INTERNATIONAL, TOTAL)
            label = DOMESTIC if mislabelled else kind
            # The agency began to write thousands commas with the year 2566.
            text = f"{count:,}" if year >= 2566 else str(count)
            yield (PROVINCE, str(year), item, label, direction, text, "คน", AGENCY)


SOURCE = Catalogued(
    "airport_passengers", lambda city: airport_passengers(corrected=city.airport_corrected)
)
