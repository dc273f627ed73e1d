"""Names for fields: what a heading is called in the lake, and the unit that it carries.

Belongs here: a short dictionary of headings that Thai agencies use. Does not belong here: what the
values are (`guessing.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.sources.reserved import SQL_WORDS

_UNIT = re.compile(r"^(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]{1,20})[)\]]\s*$")
_UNITS = {
    "มม": "mm",
    "มิลลิเมตร": "mm",
    "ซม": "cm",
    "ม": "m",
    "เมตร": "m",
    "กม": "km",
    "ม.รทก": "m MSL",
    "ลบ.ม": "m3",
    "ลูกบาศก์เมตร": "m3",
    "ตร.กม": "km2",
    "ตร.ม": "m2",
    "ร้อยละ": "%",
    "เปอร์เซ็นต์": "%",
    "บาท": "THB",
    "ล้านบาท": "million THB",
    "คน": "persons",
    "ราย": "persons",
    "แห่ง": "places",
    "ครั้ง": "times",
    "คัน": "vehicles",
    "ตัน": "t",
    "กก": "kg",
    "องศาเซลเซียส": "°C",
    "°ซ": "°C",
    "มก./ล": "mg/L",
}
# Longest first where one begins another: the first that is found in a heading names the field.
_WORDS = {
    "ละติจูด": "latitude",
    "ลองจิจูด": "longitude",
    "รหัสสถานี": "station_id",
    "ชื่อสถานี": "station_name",
    "สถานีตรวจวัด": "station",
    "จังหวัด": "province",
    "อำเภอ": "amphoe",
    "เขต": "amphoe",
    "ตำบล": "tambon",
    "แขวง": "tambon",
    "หมู่บ้าน": "village",
    "ปีงบประมาณ": "fiscal_year",
    "วันเวลา": "observed_at",
    "วันที่-เวลา": "observed_at",
    "วันที่": "day_on",
    "เดือน": "month",
    "เวลา": "time_of_day",
    "ปี": "year",
    "รายการ": "item",
    "จำนวนผู้": "persons",
    "จำนวน": "amount",
    "หน่วยงาน": "agency",
    "หน่วย": "unit",
    "ที่มา": "agency",
    "แหล่งข้อมูล": "agency",
    "ประเภท": "kind",
    "ชนิด": "kind",
    "สถานะ": "status",
    "อุณหภูมิ": "temperature",
    "ปริมาณน้ำฝน": "rain",
    "ปริมาณฝน": "rain",
    "ระดับน้ำ": "water_level",
    "ปริมาณน้ำ": "water_volume",
    "ปริมาณ": "volume",
    "ความชื้น": "humidity",
    "สถานี": "station",
    "ที่อยู่": "address",
    "เลขที่": "number",
    "ลำดับ": "number",
    "รหัส": "code",
    "ชื่อ": "name",
    "นามสกุล": "surname",
    "เพศ": "sex",
    "อายุ": "age",
    "พื้นที่": "area",
    "ค่า": "value",
    "ราคา": "price",
    "งบประมาณ": "budget",
    "หมายเหตุ": "remark",
    "โรงแรม": "hotel",
    "โรงเรียน": "school",
    "โทรศัพท์": "telephone",
    "ผล": "result",
}
_LONGEST = 40


@dataclass(frozen=True)
class Named:
    """What a column is called in the lake, its unit, and what speaks for each."""

    name: str
    unit: str = ""
    why_name: str = ""
    why_unit: str = ""


def named(headings: Sequence[str]) -> list[Named]:
    """A name for every heading: no two alike, none a word of SQL."""
    found: list[Named] = []
    taken: set[str] = set()
    for number, heading in enumerate(headings, 1):
        title, unit = _parted(heading)
        name, why = _name(title, number)
        while name in taken or f"{name}_reason" in taken or name.removesuffix("_reason") in taken:
            name, why = f"{name}_{number}", "another column has that name too"
        taken.add(name)
        spoken = _UNITS.get(unit.strip(" ."), unit)
        found.append(Named(name, spoken, why, f"the heading says {unit}" if unit else ""))
    return found


def identifier(text: str) -> str:
    """A text as a name in the lake; empty where nothing of it can be used."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_").lstrip("0123456789_")
    return joined[:_LONGEST].rstrip("_")


def _parted(heading: str) -> tuple[str, str]:
    """A heading without its unit, and the unit: "ปริมาณฝน (มม.)" has both."""
    found = _UNIT.match(heading)
    if found is None or not re.search(r"[^\W\d_]|%|°", found["unit"]):
        return heading, ""
    return found["name"], found["unit"].strip()


def _name(title: str, number: int) -> tuple[str, str]:
    name = identifier(title)
    if len(name) >= 2 and title.isascii():
        if name in SQL_WORDS:
            return f"{name}_value", f"{name} is a word of SQL"
        return name, ""
    for thai, english in _WORDS.items():
        if thai in title:
            return english, "is this what the heading means?"
    return f"column_{number}", "say what this is, in English"
