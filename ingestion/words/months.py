"""Names of months in Thai and English, full, abbreviated and as they are often misspelt."""

from __future__ import annotations

NAMES: dict[int, tuple[str, ...]] = {
    1: ("มกราคม", "ม.ค.", "มกรา", "January", "Jan"),
    2: ("กุมภาพันธ์", "ก.พ.", "กุมภา", "กุมภาพันธุ์", "กุมพาพันธ์", "February", "Feb"),
    3: ("มีนาคม", "มี.ค.", "มีนา", "March", "Mar"),
    4: ("เมษายน", "เม.ย.", "เมษา", "เมษยน", "April", "Apr"),
    5: ("พฤษภาคม", "พ.ค.", "พฤษภา", "พฤกษภาคม", "พฤศภาคม", "May"),
    6: ("มิถุนายน", "มิ.ย.", "มิถุนา", "มิถุนายม", "June", "Jun"),
    7: ("กรกฎาคม", "ก.ค.", "กรกฎา", "กรกฏาคม", "กรกฏา", "กรกฎคม", "July", "Jul"),
    8: ("สิงหาคม", "ส.ค.", "สิงหา", "August", "Aug"),
    9: ("กันยายน", "ก.ย.", "กันยา", "กันยายม", "September", "Sep", "Sept"),
    10: ("ตุลาคม", "ต.ค.", "ตุลา", "October", "Oct"),
    11: ("พฤศจิกายน", "พ.ย.", "พฤศจิกา", "พฤษจิกายน", "พฤศจิการยน", "November", "Nov"),
    12: ("ธันวาคม", "ธ.ค.", "ธันวา", "ธันวาคน", "December", "Dec"),
}
THAI = tuple(names[0] for names in NAMES.values())
"""The months in full, in their order."""
ENGLISH = tuple(next(name for name in names if name.isascii()) for names in NAMES.values())


def month_sql(text: str) -> str:
    """SQL of the number of the month that a text names; null when it names none."""
    arms = " ".join(
        f"when '{_bare(name)}' then {number}" for number, names in NAMES.items() for name in names
    )
    return f"case replace(replace(lower({text}), '.', ''), ' ', '') {arms} end"


def _bare(name: str) -> str:
    return name.lower().replace(".", "")
