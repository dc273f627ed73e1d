"""The main roads of Phuket as lines on the map, and the journeys that people make on them.

The same for every seed. Names and highway numbers are the real ones; lines are drawn with a few
points each, near enough for a map of the province. Cameras beside them belong to `cameras`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from city.registers.tambon import metres


@dataclass(frozen=True)
class Point:
    """A place on a road, in ten-thousandths of a degree, with the tambon around it."""

    latitude: int
    longitude: int
    tambon: str


@dataclass(frozen=True)
class Road:
    """A road from its beginning to its end; `lpr` cameras read plates on it, evenly spread.

    `danger` is the chance of an accident on it, in per cent of what its traffic would make likely.
    """

    id: str
    name_th: str
    name_en: str
    highway: str
    lpr: int
    danger: int
    points: tuple[Point, ...]

    @property
    def length(self) -> int:
        """Metres from its beginning to its end."""
        return sum(distance(here, there) for here, there in pairwise(self.points))


@dataclass(frozen=True)
class Leg:
    """The plate cameras of a road from `first` to `last` (from 0), backwards when last < first."""

    road: str
    first: int
    last: int


@dataclass(frozen=True)
class Journey:
    """A way that people drive, over several roads; `daily` counts both directions of a usual day.

    `outside` is the share in per cent of vehicles that are not at home on the island.
    """

    name: str
    legs: tuple[Leg, ...]
    daily: int
    outside: int


def _road(
    road: str, names: str, highway: str, lpr: int, danger: int, *points: tuple[int, int, str]
) -> Road:
    name_th, name_en = names.split("/")
    return Road(road, name_th, name_en, highway, lpr, danger, tuple(Point(*at) for at in points))


ROADS = (
    _road("thepkrasattri", "ถนนเทพกระษัตรี/Thepkrasattri Road", "402", 14, 130,
          (81900, 983000, "830305"), (81300, 983270, "830305"), (80700, 983330, "830301"),
          (80320, 983340, "830301"), (79850, 983560, "830302"), (79450, 983830, "830103"),
          (79150, 983920, "830104"), (78900, 983885, "830102"), (78830, 983925, "830101")),
    _road("bypass", "ถนนเฉลิมพระเกียรติ ร.9/Chaloem Phra Kiat R.9 Road", "", 6, 110,
          (79300, 983830, "830104"), (79000, 983720, "830104"), (78750, 983700, "830105"),
          (78500, 983650, "830105")),
    _road("chao_fa_west", "ถนนเจ้าฟ้าตะวันตก/Chao Fa West Road", "4021", 6, 120,
          (78800, 983780, "830102"), (78620, 983600, "830105"), (78460, 983390, "830106")),
    _road("chao_fa_east", "ถนนเจ้าฟ้าตะวันออก/Chao Fa East Road", "4022", 6, 110,
          (78780, 983900, "830101"), (78600, 983800, "830105"), (78455, 983400, "830106")),
    _road("wichit_songkhram", "ถนนวิชิตสงคราม/Wichit Songkhram Road", "4020", 6, 90,
          (78880, 983830, "830102"), (78950, 983680, "830105"), (79050, 983550, "830201"),
          (79130, 983370, "830201")),
    _road("phra_barami", "ถนนพระบารมี/Phra Barami Road", "4029", 5, 260,
          (79130, 983330, "830201"), (79060, 983160, "830201"), (79020, 983010, "830202"),
          (78960, 982960, "830202")),
    _road("coast", "ถนนสายป่าตอง-กะรน/Patong-Karon coast road", "4233", 6, 150,
          (78900, 982950, "830202"), (78700, 982920, "830202"), (78460, 982950, "830108"),
          (78200, 982980, "830108")),
    _road("patak", "ถนนปฏัก/Patak Road", "4028", 5, 150,
          (78455, 983370, "830106"), (78350, 983200, "830106"), (78270, 983060, "830108"),
          (78210, 983000, "830108")),
    _road("wiset", "ถนนวิเศษ/Wiset Road", "4024", 4, 90,
          (78440, 983370, "830106"), (78100, 983290, "830107"), (77790, 983270, "830107")),
    _road("kamala", "ถนนสายป่าตอง-กมลา-สุรินทร์/Patong-Kamala-Surin road", "4030", 5, 170,
          (79100, 982970, "830202"), (79500, 982830, "830203"), (79770, 982790, "830303"),
          (79950, 982930, "830303")),
    _road("si_sunthon", "ถนนศรีสุนทร/Si Sunthon Road", "4025", 3, 90,
          (79840, 983540, "830302"), (79900, 983300, "830302"), (79950, 983000, "830303")),
    _road("pa_khlok", "ถนนสายท่าเรือ-ป่าคลอก/Tha Ruea-Pa Khlok road", "4027", 2, 80,
          (79870, 983590, "830302"), (80150, 983950, "830304")),
    _road("airport", "ถนนสนามบิน/Airport Road", "4026", 3, 80,
          (81080, 983090, "830306"), (80800, 983180, "830306"), (80650, 983320, "830301")),
)  # fmt: skip
"""Each begins in the north or in the town, but for the airport's, which begins there."""

CHECKPOINT = Point(81900, 983000, "830305")
"""Tha Chatchai, where the only road to the mainland begins; a leg of its own."""

JOURNEYS = (
    Journey("mainland", (Leg("checkpoint", 0, 0), Leg("thepkrasattri", 0, 13)), 22_000, 34),
    Journey("mainland-north", (Leg("checkpoint", 0, 0), Leg("thepkrasattri", 0, 4)), 17_000, 34),
    Journey("north", (Leg("thepkrasattri", 2, 13),), 1_500, 8),
    Journey("airport-town", (Leg("airport", 0, 2), Leg("thepkrasattri", 2, 13)), 4_500, 10),
    Journey("airport-patong", (Leg("airport", 0, 2), Leg("thepkrasattri", 2, 8),
            Leg("wichit_songkhram", 2, 5), Leg("phra_barami", 0, 4)), 5_000, 8),
    Journey("town-patong", (Leg("wichit_songkhram", 0, 5), Leg("phra_barami", 0, 4)), 13_000, 5),
    Journey("coast", (Leg("coast", 0, 5),), 15_000, 4),
    Journey("town-rawai", (Leg("chao_fa_west", 0, 5), Leg("wiset", 0, 3)), 17_000, 4),
    Journey("town-karon", (Leg("chao_fa_east", 0, 5), Leg("patak", 0, 4)), 17_000, 5),
    Journey("bypass", (Leg("thepkrasattri", 9, 10), Leg("bypass", 0, 5)), 15_000, 6),
    Journey("west-coast", (Leg("kamala", 0, 4), Leg("si_sunthon", 2, 0)), 16_000, 5),
    Journey("pa-khlok", (Leg("pa_khlok", 0, 1),), 11_000, 5),
    Journey("airport-north", (Leg("airport", 0, 2),), 6_000, 20),
)  # fmt: skip


def along(road: Road, part: int, parts: int) -> Point:
    """The place after `part` of `parts` equal pieces of a road."""
    left = road.length * part // parts
    for here, there in pairwise(road.points):
        length = distance(here, there)
        if left <= length:
            return _between(here, there, left, length)
        left -= length
    return road.points[-1]


def distance(here: Point, there: Point) -> int:
    """Metres between two places, as the crow flies."""
    east, north = metres(here.latitude, here.longitude)
    east_there, north_there = metres(there.latitude, there.longitude)
    return isqrt((east - east_there) ** 2 + (north - north_there) ** 2)


def _between(here: Point, there: Point, after: int, length: int) -> Point:
    return Point(
        here.latitude + (there.latitude - here.latitude) * after // length,
        here.longitude + (there.longitude - here.longitude) * after // length,
        here.tambon if 2 * after <= length else there.tambon,
    )
