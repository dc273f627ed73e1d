"""Years, months and dates as Thai government files write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.words.months import NAMES
from tests.support.judging import Judged, contract_of, csv_of, judge


def column(folder: Path, *cells: str, **field: object) -> Judged:
    """A file of one column and a number, judged by a contract of that field."""
    contract = contract_of(
        [{"name": "cell", **field}, {"name": "number", "type": "integer"}],
        tolerance={"quarantined_pct": 100},
    )
    rows = [f'"{cell}",{n}' for n, cell in enumerate(cells)]
    return judge(contract, csv_of(*rows, header="cell,number"), folder)


def test_the_leap_day_of_2563_is_a_day_and_that_of_2560_is_none(tmp_path: Path) -> None:
    judged = column(
        tmp_path,
        *("29/02/2563", "29/02/2560"),
        type="date",
        era="buddhist",
        formats=["%d/%m/%Y"],
    )

    assert judged.column("cell") == [date(2020, 2, 29)]
    assert judged.codes == [(2, "ts_format")]
    assert judged.quarantined[0].found == "29/02/2560"


@pytest.mark.parametrize("month", NAMES)
def test_every_spelling_of_a_month_is_that_month_in_a_date_and_alone(
    month: int, tmp_path: Path
) -> None:
    names = NAMES[month]

    dates = column(
        tmp_path,
        *(f"1 {name} 2568" for name in names),
        type="date",
        era="buddhist",
        formats=["%d %B %Y"],
    )
    months = column(tmp_path, *names, type="integer", calendar="month")

    assert dates.column("cell") == [date(2025, month, 1)] * len(names)
    assert months.column("cell") == [month] * len(names)


def test_a_misspelt_july_is_july(tmp_path: Path) -> None:
    judged = column(
        tmp_path, "กรกฏาคม", "ก.ค", "7", "07", " กรกฎาคม ", type="integer", calendar="month"
    )

    assert judged.column("cell") == [7] * 5


def test_what_is_no_month_is_quarantined(tmp_path: Path) -> None:
    judged = column(tmp_path, "รวม", "13", "0", "ม.ด.", type="integer", calendar="month")

    assert judged.codes == [(n, "value_month") for n in range(1, 5)]
    assert judged.quarantined[0].expected.startswith("a month: its name in Thai or English")


def test_a_date_with_an_unknown_month_is_no_date(tmp_path: Path) -> None:
    judged = column(tmp_path, "1 มกะรา 2568", type="date", era="buddhist", formats=["%d %B %Y"])

    assert judged.codes == [(1, "ts_format")]


def test_thai_digits_stand_in_dates_and_months_where_declared(tmp_path: Path) -> None:
    words = {"type": "date", "era": "buddhist", "formats": ["%d %B %Y"]}

    read = column(tmp_path, "๑๕ ม.ค. ๒๕๖๙", thai_digits=True, earliest="2000-01-01", **words)
    refused = column(tmp_path, "๑๕ ม.ค. ๒๕๖๙", **words)

    assert read.codes == [(1, "ts_future")]  # 15 January 2026; the clock stands at the 9th
    assert refused.codes == [(1, "ts_format")]


def test_two_digits_are_a_year_of_the_declared_era_only_where_declared(tmp_path: Path) -> None:
    buddhist = column(tmp_path, "68", "2568", type="year", era="buddhist", formats=["%y", "%Y"])
    common = column(tmp_path, "25", type="year", formats=["%y"])
    undeclared = column(tmp_path, "68", type="year", era="buddhist")

    assert buddhist.column("cell") == [2025, 2025]
    assert common.column("cell") == [2025]
    assert undeclared.codes == [(1, "value_not_number")]


def test_a_month_of_two_digit_years_is_read_without_gaps(tmp_path: Path) -> None:
    judged = column(tmp_path, "6312", "6313", "613", type="date", era="buddhist", formats=["%y%m"])

    assert judged.column("cell") == [date(2020, 12, 1)]
    assert judged.codes == [(2, "ts_format"), (3, "ts_format")]


def test_digits_that_touch_are_never_shared_out_by_guess(tmp_path: Path) -> None:
    judged = column(tmp_path, "20260105", "2026115", type="date", formats=["%Y%m%d"])

    assert judged.column("cell") == [date(2026, 1, 5)]
    assert judged.codes == [(2, "ts_format")]


def test_a_fiscal_year_is_the_common_year_that_it_ends_in(tmp_path: Path) -> None:
    judged = column(
        tmp_path,
        *("2568", "ปีงบประมาณ 2567", "ปีงบประมาณ พ.ศ. 2566", "ปี 2565"),
        type="year",
        era="buddhist",
        calendar="fiscal",
    )

    assert judged.column("cell") == [2025, 2024, 2023]
    assert judged.codes == [(4, "value_not_number")]


def test_the_last_months_of_a_calendar_year_begin_a_fiscal_year(tmp_path: Path) -> None:
    judged = column(
        tmp_path,
        *("ต.ค. 2568", "ธ.ค. 2568", "ม.ค. 2568", "ก.ย. 2568"),
        type="date",
        era="buddhist",
        calendar="fiscal",
        formats=["%B %Y"],
    )

    assert judged.column("cell") == [
        date(2024, 10, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 9, 1),
    ]


def test_a_file_that_mixes_eras_fails_row_by_row(tmp_path: Path) -> None:
    judged = column(tmp_path, "2568", "2025", "๒๕๖๘", type="year", era="buddhist", thai_digits=True)

    assert judged.column("cell") == [2025, 2025]
    assert judged.codes == [(2, "year_not_buddhist")]


@pytest.mark.parametrize(
    ("form", "cell", "moment"),
    [
        ("epoch_us", "1767839400123456", datetime(2026, 1, 8, 2, 30, 0, 123456, tzinfo=UTC)),
        ("epoch_ms", "1767839400123", datetime(2026, 1, 8, 2, 30, 0, 123000, tzinfo=UTC)),
        ("epoch_s", "1767839400", datetime(2026, 1, 8, 2, 30, tzinfo=UTC)),
        ("epoch_s", "1767839400.25", datetime(2026, 1, 8, 2, 30, 0, 250000, tzinfo=UTC)),
    ],
)
def test_counts_of_time_are_instants_whatever_zone_is_declared(
    form: str, cell: str, moment: datetime, tmp_path: Path
) -> None:
    plain = column(tmp_path, cell, "soon", "-5", type="timestamp", formats=[form])
    zoned = column(tmp_path, cell, type="timestamp", formats=[form], zone="Asia/Bangkok")

    assert plain.column("cell") == zoned.column("cell") == [moment]
    assert plain.codes == [(2, "ts_format"), (3, "ts_format")]


def test_a_count_of_another_unit_is_a_time_that_cannot_be(tmp_path: Path) -> None:
    too_small = column(tmp_path, "1767839400", type="timestamp", formats=["epoch_ms"])
    too_large = column(tmp_path, "1767839400123", type="timestamp", formats=["epoch_s"])

    assert too_small.codes == [(1, "ts_ancient")]
    assert too_large.codes == [(1, "ts_format")]


def test_the_day_of_an_instant_is_the_day_in_thailand(tmp_path: Path) -> None:
    judged = column(tmp_path, "1767808800", type="date", formats=["epoch_s"])

    assert judged.column("cell") == [date(2026, 1, 8)]  # 7 January, 18:00 UTC


def test_an_interval_gives_its_beginning_or_its_end(tmp_path: Path) -> None:
    interval = "2026-01-08T02:00:00Z/2026-01-08T03:00:00Z"
    instant = "2026-01-08T02:00:00Z"

    begin = column(
        tmp_path, interval, instant, type="timestamp", part={"separator": "/", "number": 1}
    )
    end = column(
        tmp_path, interval, instant, type="timestamp", part={"separator": "/", "number": -1}
    )

    two, three = (datetime(2026, 1, 8, hour, tzinfo=UTC) for hour in (2, 3))
    assert begin.column("cell") == [two, two]
    assert end.column("cell") == [three, two]
