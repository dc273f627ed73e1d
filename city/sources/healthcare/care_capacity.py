"""Visits and admissions of the state hospitals by month, as the ministry's data centre answers.

One record a hospital and fiscal year, a column a month; asked for with a POST, which it answers
with 201. The sums of a published year are the published ones; months still to come are empty. More
people in the city come more often, visitors included.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws
from city.channels import Answer, Api, Json, Request, json_answer
from city.defects import Defect, Where
from city.published.healthcare import HOSPITAL_PATIENTS
from city.registers.hospitals import HOSPITALS, Hospital
from city.sources.months import BUDDHIST_ERA, fiscal_year
from city.truth.people.nights import nights_of
from city.truth.people.whereabouts import residents

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "care_capacity"
TABLE, PROVINCE_CODE = "s_opd_ipd_month", "83"
FISCAL_MONTHS = (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9)
PUBLIC = tuple(hospital for hospital in HOSPITALS if hospital.is_public)
VISITOR_WEIGHT = 35  # a visitor sees a state hospital so often as a resident, in per cent


def patients(seed: int, year: int, hospital: Hospital) -> tuple[tuple[int, int], ...]:
    """Visits and admissions of a fiscal year's twelve months, from October."""
    nearest = min(HOSPITAL_PATIENTS, key=lambda published: (abs(published - year), published))
    weights = np.array([_people(seed, first) for first in _months(year)], dtype=np.int64)
    columns = []
    for kind, total in enumerate(HOSPITAL_PATIENTS[nearest]):
        own = _share(total, kind, hospital)
        noise = Draws(seed, "patients", hospital.code, str(year), str(kind)).many(960, 1040, 12)
        shaped = weights * noise
        months = own * (shaped // 1000) // int((shaped // 1000).sum())
        months[0] += own - int(months.sum())
        columns.append([int(month) for month in months])
    return tuple(zip(*columns, strict=True))


def _share(total: int, kind: int, hospital: Hospital) -> int:
    """A hospital's part of all; the first one takes what rounding leaves."""
    parts = [total * (h.in_share if kind else h.out_share) // 1000 for h in PUBLIC]
    parts[0] += total - sum(parts)
    return parts[PUBLIC.index(hospital)]


def _people(seed: int, month: date) -> int:
    """People of a month, day by day: residents, and visitors for a part."""
    at_home = int(residents().sum()) * monthrange(month.year, month.month)[1]
    return at_home + nights_of(seed, month) * VISITOR_WEIGHT // 100


def _months(year: int) -> tuple[date, ...]:
    """The first days of a fiscal year's months."""
    common = year - BUDDHIST_ERA
    return tuple(date(common - (month >= 10), month, 1) for month in FISCAL_MONTHS)


def records_of(city: City, year: int) -> list[dict[str, Json]]:
    """What the data centre holds about a fiscal year when the city closes."""
    found: list[dict[str, Json]] = []
    for number, hospital in enumerate(PUBLIC, start=1):
        record: dict[str, Json] = {
            "id": f"{TABLE}{year}{number:03d}",
            "hospcode": hospital.code,
            "areacode": f"{hospital.tambon}00",
            "date_com": f"{min(city.last_day, _closed(year)):%Y%m%d}033000",
            "b_year": str(year),
            "bed": str(hospital.beds),
        }
        for month, counts in zip(_months(year), patients(city.seed, year, hospital), strict=True):
            over = month + timedelta(days=32) <= city.last_day
            for name, count in zip(("opd", "ipd"), counts, strict=True):
                record[f"{name}{month.month:02d}"] = str(count) if over else ""
        found.append(record)
    return found


def _closed(year: int) -> date:
    """The day on which a fiscal year's figures are final: the end of November after it."""
    return date(year - BUDDHIST_ERA, 11, 30)


def _answer(city: City, request: Request) -> Answer:
    asked = request.parameters
    year = request.number("year", fiscal_year(city.last_day))
    # A wrong table or province is no error to the data centre, only no rows.
    known = (asked.get("tableName"), asked.get("province")) == (TABLE, PROVINCE_CODE)
    found = records_of(city, year) if known and year <= fiscal_year(city.last_day) else []
    return json_answer(found, status=201)


def _defects(city: City) -> Iterator[Defect]:
    year = fiscal_year(city.last_day)
    empty = [n for n, record in enumerate(records_of(city, year), 1) if "" in record.values()]
    if empty:
        detail = "months that are not over have no figures"
        yield Defect(
            "pending", SOURCE_ID, f"report_data-{year}", Where(records=tuple(empty)), detail
        )


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_HDC_URL",
    service="hdc",
    path="/report_data",
    answer=_answer,
    defects=_defects,
)
