"""The register of schools, with whom they belong to, how far they teach, and where they are.

One school stands with its coordinates exchanged, another without any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.schools import LEVELS, SCHOOLS, School
from city.registers.tambon import TAMBON

SOURCE_ID, RESOURCE = "schools", "schools.csv"
AGENCY = "สำนักงานศึกษาธิการจังหวัดภูเก็ต"
SWAPPED, NOWHERE = 12, 27  # records of the table


def schools() -> Table:
    """The register."""
    return Table(
        source=SOURCE_ID,
        dataset="dataset_edu_schools",
        resource=RESOURCE,
        title="ทะเบียนสถานศึกษาจังหวัดภูเก็ต",
        agency=AGENCY,
        headings=(
            "รหัสโรงเรียน", "ชื่อโรงเรียน", "สังกัด", "ระดับสูงสุดที่เปิดสอน", "ตำบล",
            "ละติจูด", "ลองจิจูด", "ที่มา",
        ),
        rows=tuple(_rows()),
        published_at=datetime(2026, 7, 10, 3, 0, tzinfo=UTC),
        defects=(
            Defect(
                "swapped_coordinates", SOURCE_ID, RESOURCE, Where(records=(SWAPPED,)),
                "latitude stands where longitude should",
            ),
            Defect(
                "no_value", SOURCE_ID, RESOURCE, Where(records=(NOWHERE,)),
                "the school sent no coordinates",
            ),
        ),
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    for record, school in enumerate(SCHOOLS, start=1):
        place = (_degrees(school.latitude), _degrees(school.longitude))
        if record == SWAPPED:
            place = (place[1], place[0])
        if record == NOWHERE:
            place = ("-", "-")
        yield _row(school, place)


def _row(school: School, place: tuple[str, str]) -> Row:
    tambon = next(tambon for tambon in TAMBON if tambon.code == school.tambon)
    highest = LEVELS[school.levels[-1]]
    return (
        school.code, school.name_th, school.affiliation, highest, tambon.name_th, *place, AGENCY,
    )  # fmt: skip


def _degrees(ten_thousandths: int) -> str:
    return f"{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}"


SOURCE = Catalogued(SOURCE_ID, lambda city: schools())
