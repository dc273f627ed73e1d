"""The piers from which boats carry visitors, the same for every seed. They are real, their
positions near."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from city.registers.tambon import TAMBON, Tambon


@dataclass(frozen=True)
class Pier:
    """One pier, in ten-thousandths of a degree, and where its boats go."""

    id: str
    tambon: Tambon
    name_th: str
    name_en: str
    latitude: int
    longitude: int
    destinations: tuple[str, ...]


_PIERS: tuple[tuple[str, str, str, int, int, tuple[str, ...]], ...] = (
    ("830104", "ท่าเรือรัษฎา", "Rassada Pier", 78570, 984120, ("เกาะพีพี", "เกาะลันตา", "กระบี่")),
    ("830106", "ท่าเรืออ่าวฉลอง", "Chalong Pier", 78220, 983420, ("เกาะราชา", "เกาะเฮ")),
    ("830107", "ท่าเรือราไวย์", "Rawai Pier", 77710, 983290, ("เกาะบอน", "เกาะเฮ")),
    ("830105", "ท่าเรืออ่าวมะขาม", "Makham Bay Pier", 78170, 984060, ("เกาะตะเภาใหญ่",)),
    ("830105", "ท่าเรือวิสิษฐ์พันวา", "Visit Panwa Pier", 78090, 984050, ("เกาะไม้ท่อน", "เกาะพีพี")),
    ("830103", "ท่าเรือโบ๊ทลากูน", "Boat Lagoon Marina", 79610, 983870, ("อ่าวพังงา",)),
    ("830103", "รอยัลภูเก็ตมารีน่า", "Royal Phuket Marina", 79560, 983860, ("เกาะพีพี", "อ่าวพังงา")),
    ("830304", "ท่าเรือบางโรง", "Bang Rong Pier", 80480, 984180, ("เกาะยาวใหญ่", "เกาะยาวน้อย")),
    ("830304", "ท่าเรืออ่าวปอ", "Ao Po Pier", 80690, 984430, ("เกาะนาคา", "อ่าวพังงา")),
    ("830304", "อ่าวปอแกรนด์มารีน่า", "Ao Po Grand Marina", 80660, 984400, ("อ่าวพังงา",)),
    ("830305", "ท่าเรือยอชท์เฮเว่น", "Yacht Haven Marina", 81690, 983420, ("อ่าวพังงา",)),
    ("830202", "ท่าเทียบเรือหาดป่าตอง", "Patong Beach Pier", 78830, 982880, ("เกาะพีพี", "เกาะราชา")),
)  # fmt: skip


@lru_cache(maxsize=1)
def piers() -> tuple[Pier, ...]:
    """All of them, in the order of their numbers."""
    tambon = {each.code: each for each in TAMBON}
    return tuple(
        Pier(f"PIER-{number:02d}", tambon[row[0]], *row[1:])
        for number, row in enumerate(_PIERS, start=1)
    )
