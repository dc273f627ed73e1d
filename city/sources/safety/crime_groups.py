"""Criminal cases by group and fiscal year, as the statistical office prints the police's figures.

Two columns a year. In the first three groups they are cases reported and cases with an arrest; in
the last, in which the state is the victim, cases and accused persons, so that the second may be
the larger. "..." stands where our copy of the printed table has nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.published.safety import CRIME

YEARS = (2558, 2559, 2560, 2561)
GROUPS = {
    "life": "กลุ่มที่ 1 ฐานความผิดเกี่ยวกับชีวิต ร่างกาย และเพศ",
    "property": "กลุ่มที่ 2 ฐานความผิดเกี่ยวกับทรัพย์",
    "special": "กลุ่มที่ 3 ฐานความผิดพิเศษ",
    "state": "กลุ่มที่ 4 คดีความผิดที่รัฐเป็นผู้เสียหาย",
}
UNKNOWN = "..."


def crime_groups() -> Table:
    """The table as published."""
    return Table(
        source="crime_groups",
        dataset="crime-groups",
        resource="crime-groups.csv",
        title="คดีอาญาที่รับแจ้งและจับกุม จำแนกตามกลุ่มความผิด ปีงบประมาณ 2558 - 2561",
        agency="สำนักงานสถิติจังหวัดภูเก็ต",
        headings=(
            "กลุ่มความผิด",
            *(f"{year} ({what})" for year in YEARS for what in ("รับแจ้ง", "จับกุม")),
        ),
        rows=tuple((name, *_cells(group)) for group, name in GROUPS.items()),
        published_at=datetime(2019, 11, 4, 3, 0, tzinfo=UTC),
    )


def _cells(group: str) -> Row:
    """The years one after the other, thousands with commas."""
    found = (CRIME[group][year] for year in YEARS)
    pairs = ((UNKNOWN, UNKNOWN) if pair is None else (f"{n:,}" for n in pair) for pair in found)
    return tuple(cell for pair in pairs for cell in pair)


SOURCE = Catalogued("crime_groups", lambda city: crime_groups())
