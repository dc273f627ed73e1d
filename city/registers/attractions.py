"""Places that visitors look for, the same for every seed. They are real, their positions near."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from city.registers.tambon import TAMBON, Tambon

Category = Literal[
    "beach", "viewpoint", "temple", "museum", "market", "waterfall", "park", "quarter"
]
ALWAYS_OPEN = "Mo-Su 00:00-24:00"


@dataclass(frozen=True)
class Attraction:
    """One place, in ten-thousandths of a degree, with its hours as OpenStreetMap writes them."""

    id: str
    tambon: Tambon
    category: Category
    name_th: str
    name_en: str
    latitude: int
    longitude: int
    opening_hours: str = ALWAYS_OPEN


_DAY = "Mo-Su 08:00-17:00"
_MUSEUM = "Tu-Su 09:00-17:00"
_PLACES: tuple[tuple[str, Category, str, str, int, int, str], ...] = (
    ("830101", "quarter", "ย่านเมืองเก่าภูเก็ต", "Phuket Old Town", 78847, 983882, ALWAYS_OPEN),
    ("830101", "museum", "พิพิธภัณฑ์ภูเก็ตไทยหัว", "Thai Hua Museum", 78852, 983870, "Mo-Su 09:00-17:00"),
    ("830101", "museum", "มิวเซียมภูเก็ต", "Museum Phuket", 78843, 983886, _MUSEUM),
    ("830101", "temple", "ศาลเจ้าแสงธรรม", "Shrine of the Serene Light", 78850, 983893, _DAY),
    ("830102", "viewpoint", "เขารัง", "Khao Rang Viewpoint", 78934, 983810, ALWAYS_OPEN),
    ("830102", "market", "หลาดใหญ่", "Lard Yai Walking Street", 78848, 983876, "Su 16:00-22:00"),
    ("830103", "quarter", "โบ๊ทลากูน", "Boat Lagoon", 79610, 983870, ALWAYS_OPEN),
    ("830104", "temple", "วัดเกาะสิเหร่", "Wat Ko Sirey", 78760, 984280, _DAY),
    ("830104", "viewpoint", "จุดชมวิวเกาะสิเหร่", "Ko Sirey Viewpoint", 78740, 984300, ALWAYS_OPEN),
    ("830105", "park", "สะพานหิน", "Saphan Hin Park", 78660, 983990, ALWAYS_OPEN),
    ("830105", "market", "ตลาดนัดนาคา", "Naka Weekend Market", 78760, 983690, "Sa-Su 16:00-22:00"),
    ("830105", "museum", "พิพิธภัณฑ์สัตว์น้ำภูเก็ต", "Phuket Aquarium", 78030, 984080, "Mo-Su 08:30-16:30"),
    ("830105", "viewpoint", "แหลมพันวา", "Cape Panwa", 78020, 984100, ALWAYS_OPEN),
    ("830106", "temple", "วัดไชยธาราราม", "Wat Chalong", 78460, 983370, "Mo-Su 07:00-17:00"),
    ("830106", "viewpoint", "พระใหญ่ เขานาคเกิด", "Big Buddha", 78277, 983127, "Mo-Su 06:00-18:30"),
    ("830107", "viewpoint", "แหลมพรหมเทพ", "Promthep Cape", 77590, 983040, ALWAYS_OPEN),
    ("830107", "beach", "หาดในหาน", "Nai Harn Beach", 77760, 983050, ALWAYS_OPEN),
    ("830107", "beach", "หาดยะนุ้ย", "Ya Nui Beach", 77650, 983030, ALWAYS_OPEN),
    ("830107", "beach", "หาดราไวย์", "Rawai Beach", 77720, 983280, ALWAYS_OPEN),
    ("830108", "beach", "หาดกะตะ", "Kata Beach", 78200, 982980, ALWAYS_OPEN),
    ("830108", "beach", "หาดกะตะน้อย", "Kata Noi Beach", 78080, 982990, ALWAYS_OPEN),
    ("830108", "beach", "หาดกะรน", "Karon Beach", 78430, 982940, ALWAYS_OPEN),
    ("830108", "viewpoint", "จุดชมวิวสามหาด", "Karon Viewpoint", 78020, 983060, ALWAYS_OPEN),
    ("830201", "waterfall", "น้ำตกกะทู้", "Kathu Waterfall", 79340, 983230, _DAY),
    ("830201", "museum", "พิพิธภัณฑ์เหมืองแร่ภูเก็ต", "Phuket Mining Museum", 79220, 983560, _MUSEUM),
    ("830202", "beach", "หาดป่าตอง", "Patong Beach", 78960, 982940, ALWAYS_OPEN),
    ("830202", "quarter", "ถนนบางลา", "Bangla Road", 78935, 982965, ALWAYS_OPEN),
    ("830202", "market", "ตลาดบันซ้าน", "Banzaan Market", 78905, 983010, "Mo-Su 07:00-23:00"),
    ("830203", "beach", "หาดกมลา", "Kamala Beach", 79560, 982820, ALWAYS_OPEN),
    ("830301", "quarter", "บ้านท้าวเทพกระษัตรี", "House of Thao Thep Krasattri", 80010, 983600, _DAY),
    ("830301", "temple", "วัดพระทอง", "Wat Phra Thong", 80360, 983380, _DAY),
    ("830302", "museum", "พิพิธภัณฑสถานแห่งชาติถลาง", "Thalang National Museum", 79830, 983650, _MUSEUM),
    ("830303", "beach", "หาดสุรินทร์", "Surin Beach", 79760, 982790, ALWAYS_OPEN),
    ("830303", "beach", "หาดบางเทา", "Bang Tao Beach", 80000, 982920, ALWAYS_OPEN),
    ("830303", "temple", "วัดเชิงทะเล", "Wat Choeng Thale", 79940, 983010, _DAY),
    ("830304", "waterfall", "น้ำตกบางแป", "Bang Pae Waterfall", 80390, 983920, _DAY),
    ("830304", "park", "เขตห้ามล่าสัตว์ป่าเขาพระแทว", "Khao Phra Thaeo", 80430, 983900, _DAY),
    ("830305", "beach", "หาดไม้ขาว", "Mai Khao Beach", 81420, 982960, ALWAYS_OPEN),
    ("830305", "viewpoint", "สะพานสารสิน", "Sarasin Bridge", 82010, 982980, ALWAYS_OPEN),
    ("830306", "beach", "หาดในยาง", "Nai Yang Beach", 80900, 982960, ALWAYS_OPEN),
    ("830306", "park", "อุทยานแห่งชาติสิรินาถ", "Sirinat National Park", 80870, 982970, _DAY),
    ("830306", "beach", "หาดในทอน", "Nai Thon Beach", 80560, 982750, ALWAYS_OPEN),
)  # fmt: skip


@lru_cache(maxsize=1)
def attractions() -> tuple[Attraction, ...]:
    """All of them, in the order of their numbers."""
    tambon = {each.code: each for each in TAMBON}
    return tuple(
        Attraction(f"POI-{number:03d}", tambon[row[0]], *row[1:])
        for number, row in enumerate(_PLACES, start=1)
    )
