"""Schools of Phuket: state, municipal, provincial, private and international.

Names and sides of town are those of real schools; codes and sizes are made up. Places lie within a
kilometre of the middle of their tambon, where its roads meet, and are no surveyed coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from city.registers.tambon import TAMBON

STATE = "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน"
LOCAL = "องค์กรปกครองส่วนท้องถิ่น"
PRIVATE = "สำนักงานคณะกรรมการส่งเสริมการศึกษาเอกชน"
INTERNATIONAL = "นานาชาติ"

# Levels by letter: pre-primary, primary, lower and upper secondary.
LEVELS = {"K": "ก่อนประถมศึกษา", "P": "ประถมศึกษา", "L": "มัธยมศึกษาตอนต้น", "U": "มัธยมศึกษาตอนปลาย"}


@dataclass(frozen=True)
class School:
    """One school. `classes` is how many parallel classes a year it has; places as in `TAMBON`."""

    code: str
    name_th: str
    affiliation: str
    tambon: str
    levels: str
    classes: int
    latitude: int
    longitude: int


_LISTED = (
    (STATE, "LU", (
        ("ภูเก็ตวิทยาลัย", "830102", 14), ("สตรีภูเก็ต", "830102", 13), ("เมืองถลาง", "830301", 8),
        ("เฉลิมพระเกียรติสมเด็จพระศรีนครินทร์ ภูเก็ต", "830104", 9), ("กะทู้วิทยา", "830201", 6),
        ("เชิงทะเลวิทยาคม", "830303", 4), ("วีรสตรีอนุสรณ์", "830302", 4),
    )),
    (STATE, "KP", (
        ("อนุบาลภูเก็ต", "830101", 8), ("บ้านสามกอง", "830104", 4), ("บ้านกู้กู", "830104", 2),
        ("เกาะสิเหร่", "830104", 2), ("เกาะแก้วพิทยาสรรค์", "830103", 2), ("บ้านกะหลิม", "830202", 1),
        ("วิชิตสงคราม", "830105", 2), ("บ้านอ่าวน้ำบ่อ", "830105", 1), ("วัดสุวรรณคีรีเขต", "830108", 2),
        ("วัดไชยธาราราม มิตรภาพ", "830106", 2), ("วัดสุวรรณคีรีวงก์", "830202", 3),
        ("บ้านไสน้ำเย็น", "830202", 2), ("บ้านกมลา", "830203", 1), ("วัดเก็ตโฮ่", "830201", 2),
        ("วัดพระทอง", "830301", 2), ("บ้านเคียน", "830301", 2), ("บ้านพรุจำปา", "830301", 1),
        ("บ้านลิพอน", "830302", 1), ("วัดศรีสุนทร", "830302", 2), ("บ้านพารา", "830304", 1),
        ("บ้านบางโรง", "830304", 1), ("บ้านหมากปรก", "830305", 1), ("บ้านสวนมะพร้าว", "830305", 1),
        ("บ้านคอเอน", "830305", 1), ("บ้านท่าฉัตรไชย", "830305", 1), ("บ้านสาคู", "830306", 1),
    )),
    (STATE, "KPL", (
        ("วัดสว่างอารมณ์", "830107", 2), ("บ้านป่าคลอก", "830304", 2), ("หงษ์หยกบำรุง", "830305", 1),
        ("วัดมงคลวราราม", "830306", 1), ("วัดม่วงโกมารภัจจ์", "830302", 1),
    )),
    (LOCAL, "KPL", (
        ("เทศบาลปลูกปัญญา", "830102", 5), ("เทศบาลเมืองภูเก็ต", "830101", 3),
        ("เทศบาลวัดขจรรังสรรค์", "830101", 2), ("เทศบาลพิบูลสวัสดี", "830102", 2),
        ("เทศบาลบ้านบางเหนียว", "830101", 2), ("เทศบาลบ้านกะทู้", "830201", 2),
        ("อบจ.บ้านไม้เรียบ", "830301", 2), ("อบจ.บ้านนาบอน", "830106", 2),
        ("อบจ.บ้านตลาดเหนือ", "830102", 2), ("อบจ.เชิงทะเล (ตันติวิท)", "830303", 3),
    )),
    (LOCAL, "LU", (("อบจ.เมืองภูเก็ต", "830101", 3),)),
    (PRIVATE, "KPLU", (
        ("ดาราสมุทรภูเก็ต", "830102", 6), ("ขจรเกียรติศึกษา", "830105", 5),
        ("พุทธมงคลนิมิตร", "830101", 3), ("มุสลิมวิทยาภูเก็ต", "830103", 2),
    )),
    (PRIVATE, "KP", (
        ("ภูเก็ตไทยหัวอาเซียนวิทยา", "830102", 3), ("ดาวรุ่งวิทยา", "830105", 3),
        ("ขจรเกียรติถลาง", "830302", 3),
    )),
    (INTERNATIONAL, "KPLU", (
        ("นานาชาติบริติช ภูเก็ต", "830103", 3), ("นานาชาติเฮดสตาร์ท", "830105", 3),
        ("นานาชาติยูดับเบิลยูซี ประเทศไทย", "830301", 2), ("นานาชาติคิวเอสไอ ภูเก็ต", "830106", 1),
    )),
)  # fmt: skip


def _schools() -> Iterator[School]:
    middle = {tambon.code: tambon for tambon in TAMBON}
    listed = [(kind, levels, *one) for kind, levels, some in _LISTED for one in some]
    for number, (affiliation, levels, name, tambon, classes) in enumerate(listed, start=1):
        yield School(
            code=f"8301{number:04d}" if affiliation == STATE else f"8302{number:04d}",
            name_th=f"โรงเรียน{name}",
            affiliation=affiliation,
            tambon=tambon,
            levels=levels,
            classes=classes,
            latitude=middle[tambon].latitude + number * 37 % 141 - 70,
            longitude=middle[tambon].longitude + number * 53 % 121 - 60,
        )


SCHOOLS = tuple(_schools())
