"""The 17 tambon (subdistricts) of Phuket, and distances between places.

Codes and names are those of the Department of Provincial Administration. Coordinates are near the
middle of each tambon and are the same for every seed: a register is no matter of chance.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tambon:
    """A subdistrict, with its middle in ten-thousandths of a degree and its channel.

    `tidal_pct` says how much of the sea's tide reaches the lower channel; `bed_mm` is the channel
    bed there, and `oxygen` its usual dissolved oxygen in hundredths of mg/L.
    """

    code: str
    name_th: str
    name_en: str
    latitude: int
    longitude: int
    tidal_pct: int
    bed_mm: int
    oxygen: int


TAMBON = (
    Tambon("830101", "ตลาดใหญ่", "Talat Yai", 78845, 983965, 60, -1700, 400),
    Tambon("830102", "ตลาดเหนือ", "Talat Nuea", 78860, 983835, 25, -900, 430),
    Tambon("830103", "เกาะแก้ว", "Ko Kaeo", 79480, 983950, 65, -1900, 560),
    Tambon("830104", "รัษฎา", "Ratsada", 79060, 984020, 65, -1800, 480),
    Tambon("830105", "วิชิต", "Wichit", 78560, 983850, 55, -1700, 500),
    Tambon("830106", "ฉลอง", "Chalong", 78470, 983390, 60, -1900, 570),
    Tambon("830107", "ราไวย์", "Rawai", 77800, 983260, 60, -1800, 610),
    Tambon("830108", "กะรน", "Karon", 78300, 983000, 30, -1000, 540),
    Tambon("830201", "กะทู้", "Kathu", 79150, 983380, 0, 12000, 640),
    Tambon("830202", "ป่าตอง", "Pa Tong", 78960, 983000, 50, -1500, 420),
    Tambon("830203", "กมลา", "Kamala", 79530, 982870, 40, -1200, 580),
    Tambon("830301", "เทพกระษัตรี", "Thep Krasattri", 80350, 983350, 0, 7200, 620),
    Tambon("830302", "ศรีสุนทร", "Si Sunthon", 79850, 983480, 0, 9500, 600),
    Tambon("830303", "เชิงทะเล", "Choeng Thale", 79900, 982990, 45, -1300, 550),
    Tambon("830304", "ป่าคลอก", "Pa Khlok", 80200, 983990, 65, -2000, 630),
    Tambon("830305", "ไม้ขาว", "Mai Khao", 81300, 983080, 35, -1100, 640),
    Tambon("830306", "สาคู", "Sakhu", 80870, 983010, 30, -1000, 610),
)

TAMBON_CODES = tuple(tambon.code for tambon in TAMBON)
"""Their order is that of every array with a row a tambon."""

AMPHOE = {
    "8301": ("เมืองภูเก็ต", "Mueang Phuket"),
    "8302": ("กะทู้", "Kathu"),
    "8303": ("ถลาง", "Thalang"),
}
"""Districts: the first four digits of a tambon's code, and their names."""


def metres(latitude: int, longitude: int) -> tuple[int, int]:
    """East and north of 7.75 N 98.25 E, in metres, for a place in ten-thousandths of a degree."""
    return (longitude - 982_500) * 11_026 // 1000, (latitude - 77_500) * 11_057 // 1000
