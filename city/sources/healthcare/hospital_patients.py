"""Outpatients and inpatients of the state hospitals by year, as the provincial office publishes."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.published.healthcare import HOSPITAL_PATIENTS
from city.sources.spelling import PROVINCE

AGENCY = "สำนักงานสาธารณสุขจังหวัดภูเก็ต"


def hospital_patients() -> Table:
    """The table as published."""
    item = "จำนวนการใช้บริการผู้ป่วยนอกและผู้ป่วยใน ในโรงพยาบาลรัฐ"
    return Table(
        source="hospital_patients",
        dataset="dataset_30b_39",
        resource="hospital-load.csv",
        title=item,
        agency=AGENCY,
        headings=("จังหวัด", "ปี", "รายการ", "ประเภท", "จำนวนการใช้บริการ", "หน่วย", "ที่มา"),
        rows=tuple(
            (PROVINCE, str(year), item, kind, f"{count:,}", "คน", AGENCY)
            for year, counts in HOSPITAL_PATIENTS.items()
            for kind, count in zip(("ผู้ป่วยนอก", "ผู้ป่วยใน"), counts, strict=True)
        ),
        published_at=datetime(2026, 3, 30, 3, 0, tzinfo=UTC),
    )


SOURCE = Catalogued("hospital_patients", lambda city: hospital_patients())
