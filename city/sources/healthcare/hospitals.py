"""The register of the larger hospitals, with beds and places."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.registers.hospitals import HOSPITALS, Hospital
from city.registers.tambon import TAMBON

AGENCY = "สำนักงานสาธารณสุขจังหวัดภูเก็ต"


def hospitals() -> Table:
    """The register."""
    return Table(
        source="hospitals",
        dataset="dataset_30b_hospitals",
        resource="hospitals.csv",
        title="ทะเบียนโรงพยาบาลในจังหวัดภูเก็ต",
        agency=AGENCY,
        headings=(
            "รหัสหน่วยบริการ", "ชื่อหน่วยบริการ", "ชื่ออังกฤษ", "ประเภท", "สังกัด", "ตำบล",
            "จำนวนเตียง", "ละติจูด", "ลองจิจูด", "ที่มา",
        ),
        rows=tuple(_row(hospital) for hospital in HOSPITALS),
        published_at=datetime(2026, 3, 30, 3, 0, tzinfo=UTC),
    )  # fmt: skip


def _row(hospital: Hospital) -> Row:
    tambon = next(tambon for tambon in TAMBON if tambon.code == hospital.tambon)
    return (
        hospital.code,
        hospital.name_th,
        hospital.name_en,
        hospital.kind,
        hospital.affiliation,
        f"ต.{tambon.name_th}",
        str(hospital.beds),
        f"{hospital.latitude // 10_000}.{hospital.latitude % 10_000:04d}",
        f"{hospital.longitude // 10_000}.{hospital.longitude % 10_000:04d}",
        AGENCY,
    )


SOURCE = Catalogued("hospitals", lambda city: hospitals())
