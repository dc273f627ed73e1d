"""The public places where cameras count people, the same for every seed.

The places are real, their positions near. How many people pass belongs to `truth.crowds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from city.registers.tambon import TAMBON, Tambon

Pace = Literal["day", "evening", "beach", "transit"]


@dataclass(frozen=True)
class CountingZone:
    """One zone, with its place in ten-thousandths of a degree.

    `pull` is how many of ten thousand visitors of its tambon pass in a quarter of an hour at its
    busiest; `pace` says when that is.
    """

    id: str
    tambon: Tambon
    name_th: str
    name_en: str
    latitude: int
    longitude: int
    pull: int
    pace: Pace


_ZONES: tuple[tuple[str, str, str, int, int, int, Pace], ...] = (
    ("830101", "ย่านเมืองเก่า ถนนถลาง", "Old Town, Thalang Road", 78847, 983882, 60, "day"),
    ("830101", "ซอยรมณีย์", "Soi Romanee", 78854, 983877, 22, "day"),
    ("830101", "หลาดใหญ่ ถนนคนเดิน", "Lard Yai Walking Street", 78846, 983895, 36, "evening"),
    ("830101", "สถานีขนส่งผู้โดยสาร แห่งที่ 1", "Bus Terminal 1", 78838, 983952, 14, "transit"),
    ("830102", "เขารัง", "Khao Rang Viewpoint", 78934, 983810, 18, "day"),
    ("830102", "สี่แยกชาร์เตอร์แบงก์", "Chartered Bank Junction", 78840, 983860, 26, "day"),
    ("830103", "ท่าเรือโบ๊ทลากูน", "Boat Lagoon", 79610, 983870, 20, "day"),
    ("830103", "รอยัลภูเก็ตมารีน่า", "Royal Phuket Marina", 79560, 983860, 14, "day"),
    ("830104", "ท่าเรือรัษฎา", "Rassada Pier", 78570, 984120, 44, "transit"),
    ("830104", "สถานีขนส่งผู้โดยสาร แห่งที่ 2", "Bus Terminal 2", 79180, 983960, 24, "transit"),
    ("830105", "สะพานหิน", "Saphan Hin", 78660, 983990, 30, "evening"),
    ("830105", "ตลาดนายยอด", "Naka Market", 78760, 983690, 40, "evening"),
    ("830105", "อ่าวมะขาม", "Makham Bay", 78170, 984060, 10, "day"),
    ("830106", "ท่าเรืออ่าวฉลอง", "Chalong Pier", 78220, 983420, 52, "transit"),
    ("830106", "วัดไชยธาราราม", "Wat Chalong", 78460, 983370, 44, "day"),
    ("830106", "พระใหญ่เขานาคเกิด", "Big Buddha", 78277, 983127, 38, "day"),
    ("830107", "แหลมพรหมเทพ", "Promthep Cape", 77590, 983040, 40, "evening"),
    ("830107", "หาดในหาน", "Nai Harn Beach", 77760, 983050, 44, "beach"),
    ("830107", "หาดราไวย์", "Rawai Beach", 77720, 983280, 30, "beach"),
    ("830108", "หาดกะตะ", "Kata Beach", 78200, 982980, 46, "beach"),
    ("830108", "หาดกะรน", "Karon Beach", 78430, 982940, 42, "beach"),
    ("830108", "จุดชมวิวสามหาด", "Karon Viewpoint", 78020, 983060, 20, "day"),
    ("830201", "น้ำตกกะทู้", "Kathu Waterfall", 79340, 983230, 8, "day"),
    ("830201", "ตลาดนัดกะทู้", "Kathu Market", 79110, 983480, 22, "evening"),
    ("830202", "ถนนบางลา", "Bangla Road", 78935, 982965, 90, "evening"),
    ("830202", "หาดป่าตองเหนือ", "Patong Beach, north", 79010, 982930, 48, "beach"),
    ("830202", "หาดป่าตองใต้", "Patong Beach, south", 78890, 982930, 44, "beach"),
    ("830202", "ถนนราษฎร์อุทิศ 200 ปี", "Rat-U-Thit 200 Pi Road", 78920, 982990, 56, "evening"),
    ("830202", "ตลาดบันซ้าน", "Banzaan Market", 78905, 983010, 36, "evening"),
    ("830203", "หาดกมลา", "Kamala Beach", 79560, 982820, 38, "beach"),
    ("830301", "อนุสาวรีย์ท้าวเทพกระษัตรี ท้าวศรีสุนทร", "Heroines Monument", 79810, 983630, 26, "day"),
    ("830302", "วัดพระทอง", "Wat Phra Thong", 80360, 983380, 12, "day"),
    ("830303", "หาดสุรินทร์", "Surin Beach", 79760, 982790, 34, "beach"),
    ("830303", "หาดบางเทา", "Bang Tao Beach", 80000, 982920, 40, "beach"),
    ("830304", "ท่าเรือบางโรง", "Bang Rong Pier", 80480, 984180, 24, "transit"),
    ("830304", "ท่าเรืออ่าวปอ", "Ao Po Pier", 80690, 984430, 30, "transit"),
    ("830305", "ท่าอากาศยานภูเก็ต ขาเข้า", "Phuket Airport, arrivals", 81090, 983060, 70, "transit"),
    ("830305", "หาดไม้ขาว", "Mai Khao Beach", 81420, 982960, 20, "beach"),
    ("830306", "หาดในยาง", "Nai Yang Beach", 80900, 982960, 32, "beach"),
    ("830306", "หาดในทอน", "Nai Thon Beach", 80560, 982750, 18, "beach"),
)  # fmt: skip


@lru_cache(maxsize=1)
def counting_zones() -> tuple[CountingZone, ...]:
    """All of them; an identifier names the tambon and counts within it."""
    tambon = {each.code: each for each in TAMBON}
    counted = dict.fromkeys(tambon, 0)
    zones = []
    for row in _ZONES:
        code = row[0]
        counted[code] += 1
        zones.append(CountingZone(f"{code}-{counted[code]:02d}", tambon[code], *row[1:]))
    return tuple(zones)
