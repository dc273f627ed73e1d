"""Solid waste by local body and year, as the city municipality publishes it: two tables.

What was disposed of correctly equals what was generated, in every year and every body: a finding,
not a mistake of ours. Both print totals that are off by one in 2564 and 2568, and list a
municipality of Thalang under Mueang.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.published.environment import WASTE_BODIES, WASTE_TONNES
from city.sources.spelling import PROVINCE

AGENCY = "เทศบาลนครภูเก็ต"
ROWS_A_YEAR = len(WASTE_BODIES)


def waste_generated() -> Table:
    """What was generated."""
    return _table(
        "waste_generated", "dataset_20_06", "waste-generated.csv", "ขยะที่เกิดขึ้น",
        datetime(2026, 2, 11, 3, 0, tzinfo=UTC),
    )  # fmt: skip


def waste_disposed() -> Table:
    """What was disposed of correctly."""
    return _table(
        "waste_disposed", "dataset_20_14", "waste-disposed.csv", "ขยะที่กำจัดถูกต้อง",
        datetime(2026, 1, 30, 3, 0, tzinfo=UTC),
    )  # fmt: skip


def _table(source: str, dataset: str, resource: str, item: str, published_at: datetime) -> Table:
    defects = [
        Defect(
            "rounded_total", source, resource, Where(records=(record,)),
            "the total is off by one from the sum of its parts",
        )
        for record in _rounded_totals()
    ]  # fmt: skip
    if source == "waste_disposed":
        records = tuple(range(1, ROWS_A_YEAR * len(WASTE_TONNES) + 1))
        detail = "the same numbers as of what was generated, in every year"
        defects.append(Defect("identical_series", source, resource, Where(records=records), detail))
    return Table(
        source=source,
        dataset=dataset,
        resource=resource,
        title=item,
        agency=AGENCY,
        headings=("ปี", "รายการ", "จังหวัด", "อำเภอ", "อปท.", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(_rows(item)),
        published_at=published_at,
        defects=tuple(defects),
    )


def _rows(item: str) -> Iterator[Row]:
    for year, tonnes in WASTE_TONNES.items():
        for (amphoe, body), count in zip(WASTE_BODIES, tonnes, strict=True):
            yield (str(year), item, PROVINCE, amphoe, body, f"{count:,}", "ตัน", AGENCY)


def _rounded_totals() -> Iterator[int]:
    """Records of printed totals that differ from the sum of the year."""
    for number, tonnes in enumerate(WASTE_TONNES.values(), start=1):
        if tonnes[-1] != sum(tonnes[:-1]):
            yield number * ROWS_A_YEAR


GENERATED = Catalogued("waste_generated", lambda city: waste_generated())
DISPOSED = Catalogued("waste_disposed", lambda city: waste_disposed())
