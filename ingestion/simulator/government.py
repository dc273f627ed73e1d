"""The government tables of the city, as the agencies publish them: headings, cells, spellings.

The figures are the published ones (`published_figures`), defects of the real tables included.
How a catalogue serves them does not belong here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from ingestion.simulator.faults import Defect, Where
from ingestion.simulator.published_figures import (
    AIRPORT_PASSENGERS,
    HOTEL_OCCUPANCY,
    REGISTERED_HOTELS,
    TAP_WATER,
)

Row = tuple[str, ...]

PROVINCE = "ภูเก็ต"
TOTAL = "รวม"
DOMESTIC = "ภายในประเทศ"
INTERNATIONAL = "ระหว่างประเทศ"


@dataclass(frozen=True)
class Table:
    """One table of one agency: a data set of the catalogue with a single CSV resource.

    `published_at` is when the simulated catalogue received this revision.
    """

    source: str
    dataset: str
    resource: str
    title: str
    agency: str
    headings: Row
    rows: tuple[Row, ...]
    published_at: datetime

    @property
    def dataset_id(self) -> str:
        """The catalogue's identifier of the data set."""
        return str(uuid5(NAMESPACE_URL, f"urn:phuket:dataset:{self.dataset}"))

    @property
    def resource_id(self) -> str:
        """The catalogue's identifier of the file."""
        return str(uuid5(NAMESPACE_URL, f"urn:phuket:dataset:{self.dataset}:{self.resource}"))

    @property
    def body(self) -> bytes:
        """The table as the CSV file that the agency uploaded."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows((self.headings, *self.rows))
        return text.getvalue().encode()


def government_tables(*, airport_corrected: bool = False) -> tuple[Table, ...]:
    """The four tables; the airport's as published, or as a later revision would correct it."""
    return (_hotels(), _occupancy(), _airport(corrected=airport_corrected), _tap_water())


def government_defects(*, airport_corrected: bool = False) -> tuple[Defect, ...]:
    """What is known to be wrong in the tables."""
    if airport_corrected:
        return ()
    table = _airport(corrected=False)
    right = _airport(corrected=True).rows
    wrong = [number for number, row in enumerate(table.rows) if row != right[number]]
    return (
        Defect(
            kind="wrong_label",
            source=table.source,
            file=table.resource,
            where=Where(records=tuple(number + 1 for number in wrong)),
            detail="each year's international total is labelled domestic",
        ),
    )


def _hotels() -> Table:
    agency = "ที่ทำการปกครองจังหวัดภูเก็ต"
    item = "จำนวนที่พัก/โรงแรม ที่จดทะเบียนในจังหวัด"
    return Table(
        source="registered_hotels",
        dataset="dataset_10_11",
        resource="hotels.csv",
        title="จำนวนโรงแรมที่จดทะเบียนในจังหวัดภูเก็ต",
        agency=agency,
        headings=("จังหวัด", "ปี", "รายการ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (PROVINCE, str(year), item, str(hotels), "แห่ง", agency)
            for year, hotels in REGISTERED_HOTELS.items()
        ),
        published_at=datetime(2026, 2, 16, 3, 0, tzinfo=UTC),
    )


def _occupancy() -> Table:
    agency = "สำนักงานการท่องเที่ยวและกีฬาจังหวัดภูเก็ต"
    item = "อัตราการเข้าพักของนักท่องเที่ยว"
    return Table(
        source="hotel_occupancy",
        dataset="dataset_10_68",
        resource="occupancy.csv",
        title="อัตราการเข้าพักของนักท่องเที่ยว",
        agency=agency,
        headings=("จังหวัด", "ปี", "รายการ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (PROVINCE, str(year), item, share, "ร้อยละ", agency)
            for year, share in HOTEL_OCCUPANCY.items()
        ),
        published_at=datetime(2026, 2, 23, 3, 0, tzinfo=UTC),
    )


def _airport(*, corrected: bool) -> Table:
    return Table(
        source="airport_passengers",
        dataset="dataset_10_02",
        resource="airport-pax.csv",
        title="จำนวนผู้โดยสารท่าอากาศยานภูเก็ต",
        agency="บริษัท ท่าอากาศยานไทย จำกัด (มหาชน) สาขาท่าอากาศยานภูเก็ต",
        headings=("จังหวัด", "ปี", "รายการ", "ประเภท", "สถานะ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(_airport_rows(corrected)),
        published_at=datetime(2026, 9, 14 if corrected else 1, 3, 0, tzinfo=UTC),
    )


def _airport_rows(corrected: bool) -> Iterator[Row]:
    agency = "บริษัท ท่าอากาศยานไทย จำกัด (มหาชน) สาขาท่าอากาศยานภูเก็ต"
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
            yield (PROVINCE, str(year), item, label, direction, text, "คน", agency)


def _tap_water() -> Table:
    agency = "การประปาส่วนภูมิภาคสาขาภูเก็ต"
    item = "ปริมาณน้ำของการประปาส่วนภูมิภาค"
    kinds = ("ปริมาณน้ำผลิต", "ปริมาณน้ำผลิตจ่าย", "ปริมาณน้ำจำหน่าย")
    return Table(
        source="tap_water_supply",
        dataset="dataset_10_25",
        resource="water-pwa.csv",
        title="ปริมาณน้ำของการประปาส่วนภูมิภาค สาขาภูเก็ต",
        agency=agency,
        headings=("ปี", "จังหวัด", "รายการ", "ประเภท", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (str(year), PROVINCE, item, kind, f"{volume:,}.00", "ลบ.ม.", agency)
            for year, volumes in TAP_WATER.items()
            for kind, volume in zip(kinds, volumes, strict=True)
        ),
        published_at=datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
    )
