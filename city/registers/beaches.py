"""The 13 beaches of the west and south coast that lifeguards watch, from north to south.

Who bathes there and how high the waves are belongs to `truth`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Beach:
    """One beach, its middle in ten-thousandths of a degree.

    `exposure` is how much of the open sea's wave reaches it, and `bathers` how much of its tambon's
    visitors it draws, both in per cent.
    """

    id: str
    name_th: str
    name_en: str
    tambon: str
    latitude: int
    longitude: int
    exposure: int
    bathers: int


BEACHES = (
    Beach("BF-01", "หาดไม้ขาว", "Mai Khao", "830305", 81270, 983010, 115, 40),
    Beach("BF-02", "หาดในยาง", "Nai Yang", "830306", 80930, 982960, 80, 40),
    Beach("BF-03", "หาดในทอน", "Nai Thon", "830306", 80580, 982780, 100, 25),
    Beach("BF-04", "หาดลายัน", "Layan", "830303", 80360, 982900, 70, 10),
    Beach("BF-05", "หาดบางเทา", "Bang Tao", "830303", 80010, 982930, 100, 25),
    Beach("BF-06", "หาดสุรินทร์", "Surin", "830303", 79770, 982780, 115, 20),
    Beach("BF-07", "หาดกมลา", "Kamala", "830203", 79560, 982830, 85, 45),
    Beach("BF-08", "หาดป่าตอง", "Patong", "830202", 78950, 982950, 85, 30),
    Beach("BF-09", "หาดกะรน", "Karon", "830108", 78430, 982930, 120, 30),
    Beach("BF-10", "หาดกะตะ", "Kata", "830108", 78200, 982970, 100, 30),
    Beach("BF-11", "หาดกะตะน้อย", "Kata Noi", "830108", 78090, 982970, 110, 12),
    Beach("BF-12", "หาดในหาน", "Nai Harn", "830107", 77780, 983040, 90, 35),
    Beach("BF-13", "หาดยะนุ้ย", "Ya Nui", "830107", 77690, 983060, 75, 12),
)
