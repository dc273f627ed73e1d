"""The ministry's workbook: every province once, Phuket as it really was."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from city.channels import Api, Request
from city.city import demo_city
from city.sources.months import Month
from city.sources.tourism.mots import workbook as mots_tourism
from city.truth.people.hotels import ROOMS, rooms_taken
from city.truth.people.visitors import arrivals
from tests.city.tourism.taking import take

CITY = demo_city()
SOURCES = {api.source: api for api in (mots_tourism.PRELIMINARY, mots_tourism.REVISED)}


def body(api: Api) -> bytes:
    return api.answer(CITY, Request(api.path)).body


@pytest.mark.parametrize(("source", "month"), zip(SOURCES, (8, 7), strict=True))
def test_77_provinces_are_taken_and_all_sums_are_dropped(
    source: str, month: int, tmp_path: Path
) -> None:
    judged = take(CITY, source, body(SOURCES[source]), tmp_path)

    outcome = judged.outcome
    assert (outcome.accepted, outcome.quarantined) == (77, 0)
    assert outcome.dropped == 1 + 6 + 1  # the country, the regions, the note
    assert outcome.new_columns == ()
    assert {row["month"] for row in judged.accepted} == {date(2026, month, 1)}
    assert len({row["province_code"] for row in judged.accepted}) == 77


def test_phukets_revised_figures_are_the_truths(tmp_path: Path) -> None:
    rows = take(CITY, "mots_tourism_revised", body(mots_tourism.REVISED), tmp_path).accepted

    (phuket,) = [row for row in rows if row["province_code"] == "83"]
    for column, first in (("", date(2026, 7, 1)), ("_last_year", date(2025, 7, 1))):
        days = [first + timedelta(days=n) for n in range(31)]
        came = sum(arrivals(CITY.seed, day) for day in days)
        assert phuket[f"visitors_thai{column}"] == came[-1]
        assert phuket[f"visitors_foreign{column}"] == came[:-1].sum()
    taken = sum(rooms_taken(CITY.seed, date(2026, 7, 1) + timedelta(days=n)) for n in range(31))
    assert phuket["occupancy_pct"] == pytest.approx(100 * taken / (31 * ROOMS), abs=0.01)


def test_preliminary_figures_are_near_the_revised_ones_and_not_the_same(tmp_path: Path) -> None:
    later = replace(CITY, first_day=date(2026, 10, 1))
    source = mots_tourism.REVISED
    revised = source.answer(later, Request(source.path)).body

    first = take(CITY, "mots_tourism_preliminary", body(mots_tourism.PRELIMINARY), tmp_path)
    then = take(later, "mots_tourism_revised", revised, tmp_path)

    pairs = list(zip(first.column("guests"), then.column("guests"), strict=True))
    assert first.column("month") == then.column("month")
    assert all(0.95 < a / b < 1.05 for a, b in pairs)  # type: ignore[operator]
    assert sum(a != b for a, b in pairs) > 70


def test_a_year_is_as_full_as_its_agency_printed() -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]

    share = sum(rooms_taken(CITY.seed, day) for day in days) / (365 * ROOMS)

    assert share == pytest.approx(0.7723, abs=0.02)


def test_the_workbook_opens_elsewhere_and_has_three_sheets() -> None:
    book = openpyxl.load_workbook(io.BytesIO(body(mots_tourism.PRELIMINARY)))

    assert book.sheetnames == ["ก.ค.2569R", "ส.ค.2569p", "สะสม ม.ค.-ส.ค.2569"]
    sheet = book["ส.ค.2569p"]
    assert "C2:E3" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert (sheet["B5"].value, sheet["A5"].value) == ("รวมทั้งประเทศ", "ส.ค. 2569")


def test_the_same_month_is_the_same_bytes() -> None:
    month = Month(2026, 8)

    first = mots_tourism.workbook(1, month)
    mots_tourism.workbook.cache_clear()

    assert mots_tourism.workbook(1, month) == first != mots_tourism.workbook(2, month)
