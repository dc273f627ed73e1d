"""Number formats: which of them show a number as a date, a time or a duration."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingestion.formats.xlsx.formats import DATE, DURATION, NUMBER, TIME, NumberFormat, built_in

NUMBERS = (
    "General",
    "general",
    "G/ทั่วไป",
    "0",
    "#,##0.00",
    "0.00E+00",
    "0%",
    "@",
    '#,##0 "คน"',
    r"#,##0\ คน",
    r"#,##0\ \ค\น",
    "#,##0 คน",
    "0 น.",
    "0.0 ชม",
    r"General\ วัน",
    'General "ปี"',
    "# ?/?",
    "t0.00",
    '[Red]-0 "days"',
    "[$฿-41E]#,##0.00;[Red]\\-[$฿-41E]#,##0.00",
    "[$-D000000]0",
    '_-* #,##0.00_-;\\-* #,##0.00_-;_-* "-"??_-;_-@_-',
    r"\d\d\m\m\y",
    '"yyyy-mm-dd"',
    '0 "mm"',
    "[DBNum1]0",
    '"ไม่มีข้อมูล"',
    "วัน",
    "ทั้งหมด",
    "",
)
DATES = (
    "yyyy-mm-dd",
    "DD/MM/YYYY",
    "d/m/yy",
    "mmm",
    "[$-41E]d mmmm yyyy",
    "[$-D07041E]d mmm yyyy;@",
    "[$-107041E]d/m/bbbb",
    "[$-th-TH,D07]d mmm bb",
    "d/m/bb",
    "ว/ด/ปปปป",
    "ว ดดดด ปปปป",
    "ว/ด/ปปปป ช:นน",
    'd "มกราคม" yyyy',
    "yyyy พ.ศ.",
    "[Blue]yyyy-mm-dd",
    "yyyy-mm-dd hh:mm:ss.000",
    "m/d/yy h:mm",
)
TIMES = ("h:mm", "hh:mm:ss", "h:mm AM/PM", "mm:ss.0", "h:mm น.", "ช:นน", "นน:ทท.0", "[$-F400]h:mm")
DURATIONS = ("[h]:mm", "[hh]:mm:ss", "[mm]:ss", "[ss]", "[s].00", "[ช]:นน:ทท", '[h] "ชม." mm')


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, NUMBER) for code in NUMBERS),
        *((code, DATE) for code in DATES),
        *((code, TIME) for code in TIMES),
        *((code, DURATION) for code in DURATIONS),
    ],
)
def test_a_format_says_what_a_number_is_shown_as(code: str, kind: str) -> None:
    assert NumberFormat.of(code).kind(Decimal(1250)) == kind


@pytest.mark.parametrize(
    ("code", "value", "kind"),
    [
        ("yyyy-mm-dd;-0;0", "1", DATE),
        ("yyyy-mm-dd;-0;0", "-1", NUMBER),
        ("yyyy-mm-dd;-0;0", "0", NUMBER),
        ("0;yyyy", "0", NUMBER),
        ("0;yyyy", "-1", DATE),
        ("[<1]h:mm;[<43831]0;yyyy-mm-dd", "0.5", TIME),
        ("[<1]h:mm;[<43831]0;yyyy-mm-dd", "1", NUMBER),
        ("[<1]h:mm;[<43831]0;yyyy-mm-dd", "43831", DATE),
        ("[>=1][h]:mm;[=0]0;h:mm", "1", DURATION),
        ('0;0;0;yyyy"text"', "1", NUMBER),
        ("[<>5]0;yyyy", "5", DATE),
        ("[<=5]yyyy", "6", DATE),
    ],
)
def test_each_section_is_for_its_own_numbers(code: str, value: str, kind: str) -> None:
    assert NumberFormat.of(code).kind(Decimal(value)) == kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [(14, DATE), (18, TIME), (21, TIME), (22, DATE), (46, DURATION), (47, TIME), (81, DATE)],
)
def test_some_formats_are_known_by_number(number: int, kind: str) -> None:
    found = built_in(number)

    assert found
    assert found.kind(Decimal(1)) == kind


@pytest.mark.parametrize("number", [9, 10])
def test_two_of_them_are_percent(number: int) -> None:
    found = built_in(number)

    assert found
    assert found.is_percent(Decimal("0.5"))


@pytest.mark.parametrize("number", [0, 1, 4, 8, 11, 13, 23, 37, 44, 48, 49, 59, 70, 82, 164])
def test_the_others_are_numbers_as_they_are(number: int) -> None:
    assert built_in(number) is None


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0000", "83", "0083"),
        ("0000", "0", "0000"),
        ("0000", "123456", "123456"),
        ("000-000-0000", "761234567", "076-123-4567"),
        ("00-00", "12345", "123-45"),
        ("[<=9999999]000-0000;(000) 000-0000", "1234567", "123-4567"),
        ("[<=9999999]000-0000;(000) 000-0000", "761234567", "(076) 123-4567"),
        ('"TH-"000', "7", "TH-007"),
        (r"\T\H000", "7", "TH007"),
        ("[$-D00041E]0000;@", "83", "0083"),
        ("0", "83", ""),
        ("General", "83", ""),
        ("#,##0", "83", ""),
        ("0.00", "83", ""),
        ("00%", "83", ""),
        ("00E+00", "83", ""),
        ("_-00_-", "83", ""),
        ("# 000", "83", ""),
        ("yyyy-mm-dd", "83", ""),
        ('0 "คน"', "83", ""),
    ],
)
def test_a_fixed_count_of_digits_is_a_code_with_its_zeros(
    code: str, value: str, shown: str
) -> None:
    assert NumberFormat.of(code).code(Decimal(value)) == shown
