"""Workbooks open elsewhere, and are the same bytes whenever they are written."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from city.writing.workbook import Sheet, address, workbook_bytes

BOOK = [
    Sheet("ม.ค.2569R", [["ปี & <เดือน>", None, 2569], [Decimal("5.20"), " x "]], merged=("A1:B1",)),
    Sheet("สะสม", [["รวม"]]),
]


def test_a_workbook_says_elsewhere_what_was_written() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(BOOK)))

    assert book.sheetnames == ["ม.ค.2569R", "สะสม"]
    rows = [[cell.value for cell in row] for row in book["ม.ค.2569R"].rows]
    assert rows == [["ปี & <เดือน>", None, 2569], [5.2, " x ", None]]
    assert [str(merged) for merged in book["ม.ค.2569R"].merged_cells.ranges] == ["A1:B1"]


def test_a_workbook_is_the_same_bytes_every_time() -> None:
    assert workbook_bytes(BOOK) == workbook_bytes(BOOK)


@pytest.mark.parametrize(("column", "name"), [(1, "A5"), (26, "Z5"), (27, "AA5"), (703, "AAA5")])
def test_columns_are_named_as_in_excel(column: int, name: str) -> None:
    assert address(5, column) == name
