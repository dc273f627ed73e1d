"""The monthly tourism workbook of the Ministry of Tourism and Sports.

Its newest month is preliminary (sheet `…p`), the month before revised (`…R`), and a third sheet
adds the year up. Headings have three levels of merged cells; regions and the whole country stand
among the provinces. The numbers belong to `figures`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from city.channels import Answer, Api, Request
from city.registers.provinces import PROVINCES_BY_REGION
from city.sources.months import Month, complete_months
from city.sources.tourism.mots.figures import (
    Figures,
    estimated,
    figures,
    together,
)
from city.writing.workbook import Cell, Sheet, address, workbook_bytes

if TYPE_CHECKING:
    from city.city import City

PATH = "/tourism-statistics.xlsx"
COUNTRY = "รวมทั้งประเทศ"
NOTE = "หมายเหตุ: p = ข้อมูลเบื้องต้น, R = ข้อมูลปรับปรุง"
PERIODS = ("ปีนี้", "ปีก่อน", "เปลี่ยนแปลง (%)")
BLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("อัตราการเข้าพัก (%)", ("",)),
    ("จำนวนผู้เข้าพัก (คน)", ("",)),
    ("จำนวนผู้เยี่ยมเยือน (คน)", ("ชาวไทย", "ชาวต่างชาติ")),
    ("รายได้จากผู้เยี่ยมเยือน (ล้านบาท)", ("ชาวไทย", "ชาวต่างชาติ")),
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Known = Callable[[int, str, Month], Figures]
Line = tuple[str, Figures, Figures]


@lru_cache(maxsize=4)
def workbook(seed: int, newest: Month) -> bytes:
    """The workbook whose preliminary month is the newest."""
    before = newest.later(-1)
    year = [Month(newest.year, number) for number in range(1, newest.number + 1)]
    first, last = year[0].short, newest.short
    return workbook_bytes(
        [
            _month_sheet(seed, before, figures, "R"),
            _month_sheet(seed, newest, estimated, "p"),
            _sheet(
                f"สะสม {first}-{last}{newest.year_text}",
                f"{first} - {last} {newest.year_text}",
                _lines(lambda name: _summed(seed, name, year)),
            ),
        ]
    )


def _month_sheet(seed: int, month: Month, known: Known, mark: str) -> Sheet:
    past = month.later(-12)
    return _sheet(
        f"{month.short}{month.year_text}{mark}",
        f"{month.short} {month.year_text}",
        _lines(lambda name: (known(seed, name, month), figures(seed, name, past))),
    )


def _summed(seed: int, province: str, months: list[Month]) -> tuple[Figures, Figures]:
    pasts = [month.later(-12) for month in months]
    now, then = ([figures(seed, province, month) for month in ms] for ms in (months, pasts))
    return together(now), together(then)


def _lines(of: Callable[[str], tuple[Figures, Figures]]) -> list[Line]:
    """The whole country, then each region before its provinces."""
    regions: list[Line] = []
    provinces: list[Line] = []
    lines: list[Line] = []
    for region, names in PROVINCES_BY_REGION.items():
        members = [(name, *of(name)) for name in names]
        regions.append(_together(region, members))
        lines += [regions[-1], *members]
        provinces += members
    return [_together(COUNTRY, provinces), *lines]


def _together(name: str, lines: list[Line]) -> Line:
    return (
        name,
        together(this_year for _, this_year, _ in lines),
        together(last_year for _, _, last_year in lines),
    )


def _sheet(name: str, period: str, lines: list[Line]) -> Sheet:
    width = 2 + sum(len(kinds) for _, kinds in BLOCKS) * len(PERIODS)
    top, merged = _headings()
    first = len(top) + 1
    rows: list[list[Cell]] = [
        [period if number == 0 else None, province, *_cells(this_year, last_year)]
        for number, (province, this_year, last_year) in enumerate(lines)
    ]
    title: list[Cell] = [f"สถิติด้านการท่องเที่ยวภายในประเทศ {period}"]
    return Sheet(
        name=name,
        rows=[title, *top, *rows, [None, NOTE]],
        merged=(f"A1:{address(1, width)}", *merged, f"A{first + 1}:A{first + len(lines)}"),
    )


def _headings() -> tuple[list[list[Cell]], list[str]]:
    """Three rows of headings below the title, and which of their cells are merged."""
    levels: list[list[Cell]] = [["ประจำเดือน", "จังหวัด"], [None, None], [None, None]]
    merged = ["A2:A4", "B2:B4"]
    for block, kinds in BLOCKS:
        left = len(levels[0]) + 1
        span = len(PERIODS) * len(kinds)
        levels[0] += [block, *[None] * (span - 1)]
        deep = 2 if kinds == ("",) else 0
        merged.append(f"{address(2, left)}:{address(2 + deep // 2, left + span - 1)}")
        for number, kind in enumerate(kinds):
            levels[1] += [kind or None, *[None] * (len(PERIODS) - 1)]
            levels[2] += PERIODS
            if kind:
                at = left + number * len(PERIODS)
                merged.append(f"{address(3, at)}:{address(3, at + len(PERIODS) - 1)}")
    return levels, merged


def _cells(this_year: Figures, last_year: Figures) -> Iterator[Cell]:
    """Each number beside that of a year ago and the change between them."""
    for name, now in vars(this_year).items():
        then = getattr(last_year, name)
        scaled = name == "occupancy" or name.startswith("revenue")
        yield from (_hundredths(value) if scaled else value for value in (now, then))
        yield _hundredths((now - then) * 10_000 // then) if then else "-"


def _hundredths(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def _answer(city: City, request: Request) -> Answer:
    body = workbook(city.seed, complete_months(city.first_day, 1)[0])
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Content-Type": _XLSX, "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Answer(304, b"", headers)
    return Answer(200, body, headers)


def _source(source: str) -> Api:
    return Api(source=source, setting="CDP_MOTS_URL", service="mots", path=PATH, answer=_answer)


# One workbook, two sources: what is preliminary and what is revised are two vintages of a month.
PRELIMINARY = _source("mots_tourism_preliminary")
REVISED = _source("mots_tourism_revised")
