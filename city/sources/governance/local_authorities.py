"""The register of local authorities: which governs which tambon, from when until when.

A row is an authority, a tambon and a time: the bridge between the two, many to many.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from city.channels import Catalogued, Row, Table
from city.registers.local_authorities import KINDS, LOCAL_AUTHORITIES, LocalAuthority
from city.registers.tambon import AMPHOE, TAMBON
from city.sources.months import BUDDHIST_ERA
from city.sources.spelling import PROVINCE

AGENCY = "สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัดภูเก็ต"


def local_authorities() -> Table:
    """The register."""
    return Table(
        source="local_authorities",
        dataset="dataset_lao_83",
        resource="lao-tambon.csv",
        title="ทะเบียนองค์กรปกครองส่วนท้องถิ่นและเขตพื้นที่ จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=(
            "จังหวัด", "รหัส อปท.", "ชื่อ อปท.", "ประเภท", "อำเภอ", "ตำบล", "รหัสตำบล",
            "วันที่เริ่ม", "วันที่สิ้นสุด", "ที่มา",
        ),
        rows=tuple(row for authority in LOCAL_AUTHORITIES for row in _rows(authority)),
        published_at=datetime(2026, 1, 19, 3, 0, tzinfo=UTC),
    )  # fmt: skip


def _rows(authority: LocalAuthority) -> Iterator[Row]:
    times: list[tuple[str, date, date | None]] = [(authority.kind, authority.since, None)]
    if authority.earlier:
        day_before = authority.since - timedelta(days=1)
        times.insert(0, (authority.earlier, authority.earlier_since, day_before))
    names = {tambon.code: tambon.name_th for tambon in TAMBON}
    for kind, since, until in times:
        for tambon in authority.tambon:
            yield (
                PROVINCE,
                authority.code or "-",
                f"{kind}{authority.name_th}",
                KINDS[kind],
                f"อ.{AMPHOE[tambon[:4]][0]}",
                f"ต.{names[tambon]}",
                tambon,
                _buddhist(since),
                _buddhist(until) if until else "-",
                AGENCY,
            )


def _buddhist(day: date) -> str:
    return f"{day:%d/%m}/{day.year + BUDDHIST_ERA}"


SOURCE = Catalogued("local_authorities", lambda city: local_authorities())
