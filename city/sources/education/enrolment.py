"""Pupils, teachers and classrooms by school and level, as counted every 10 June.

Years are academic years, from May to March, in the Buddhist era. Numbers are made up from the size
of each school. One total is wrong, and one school did not say how many teach there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.schools import INTERNATIONAL, LEVELS, SCHOOLS, STATE, School
from city.sources.months import BUDDHIST_ERA

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "enrolment", "enrolment.csv"
AGENCY = "สำนักงานศึกษาธิการจังหวัดภูเก็ต"
YEARS = 4
SCHOOL_YEARS = {"K": 3, "P": 6, "L": 3, "U": 3}
WRONG_TOTAL, WRONG_BY, UNSAID = 41, 100, 96  # records of the table


def pupils_of(seed: int, school: School, level: str, year: int) -> tuple[int, int, int, int]:
    """Boys, girls, teachers and classrooms."""
    draws = Draws(seed, "pupils", school.code, level, str(year))
    rooms = school.classes * SCHOOL_YEARS[level]
    usual = 19 if school.affiliation == INTERNATIONAL else 36 if school.affiliation == STATE else 33
    small = 10 if school.classes == 1 and school.affiliation == STATE else 0
    pupils = int(draws.many(usual - small - 5, usual - small + 4, rooms).sum())
    boys = pupils * draws.one(480, 530) // 1000
    teachers = rooms * draws.one(120, 160) // 100
    return boys, pupils - boys, teachers, rooms


def counted_year(day: date) -> int:
    """The latest Buddhist academic year that was counted on a day."""
    return day.year + BUDDHIST_ERA - ((day.month, day.day) < (6, 10))


def enrolment(city: City) -> Table:
    """The table of the last academic years."""
    newest = counted_year(city.first_day)
    return Table(
        source=SOURCE_ID,
        dataset="dataset_edu_enrolment",
        resource=RESOURCE,
        title="จำนวนนักเรียน ครู และห้องเรียน จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=(
            "ปีการศึกษา", "รหัสโรงเรียน", "ชื่อโรงเรียน", "ระดับ", "นักเรียนชาย", "นักเรียนหญิง",
            "นักเรียนรวม", "ครู", "ห้องเรียน", "ที่มา",
        ),
        rows=tuple(_rows(city.seed, newest)),
        published_at=datetime(newest - BUDDHIST_ERA, 7, 10, 3, 0, tzinfo=UTC),
        defects=(
            Defect(
                "wrong_total", SOURCE_ID, RESOURCE, Where(records=(WRONG_TOTAL,)),
                f"the total is {WRONG_BY} more than boys and girls",
            ),
            Defect(
                "no_value", SOURCE_ID, RESOURCE, Where(records=(UNSAID,)),
                "the school did not say how many teach there",
            ),
        ),
    )  # fmt: skip


def _rows(seed: int, newest: int) -> Iterator[Row]:
    record = 0
    for year in range(newest - YEARS + 1, newest + 1):
        for school in SCHOOLS:
            for level in school.levels:
                record += 1
                boys, girls, teachers, rooms = pupils_of(seed, school, level, year)
                total = boys + girls + (WRONG_BY if record == WRONG_TOTAL else 0)
                told = "-" if record == UNSAID else f"{teachers:,}"
                counts = (f"{boys:,}", f"{girls:,}", f"{total:,}", told, f"{rooms:,}")
                yield (str(year), school.code, school.name_th, LEVELS[level], *counts, AGENCY)


SOURCE = Catalogued(SOURCE_ID, enrolment)
