"""Where things stand in the simulated city: the 17 tambon and the 56 environment stations.

Codes and names are those of the Department of Provincial Administration. Coordinates are near the
middle of each tambon and are the same for every seed: a register is no matter of chance. What
happens at a station does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion.errors import SettingsError

INTERVAL_MINUTES = 10

StationKind = Literal["rain_gauge", "water_station"]


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

# Tambon with a second gauge, and those with a second water station on the upper channel.
SECOND_GAUGE = tuple(t for t in TAMBON if t.code not in ("830102", "830203", "830306"))
UPPER_REACH = tuple(
    t
    for t in TAMBON
    if t.code in ("830101", "830104", "830105", "830106", "830201", "830202", "830301", "830303")
)


@dataclass(frozen=True)
class Channel:
    """The water at a station: heights in mm above mean sea level, oxygen in hundredths of mg/L."""

    bed_mm: int
    bank_mm: int
    usual_mm: int
    tidal_pct: int
    oxygen: int


@dataclass(frozen=True)
class Station:
    """One station of the register, with its place in ten-thousandths of a degree."""

    id: str
    name_th: str
    name_en: str
    tambon: Tambon
    latitude: int
    longitude: int
    channel: Channel | None = None

    @property
    def kind(self) -> StationKind:
        """A station with a channel measures water, the others rain."""
        return "water_station" if self.channel else "rain_gauge"


def stations(scale: float = 1.0) -> tuple[Station, ...]:
    """The first `scale` of the 31 gauges and of the 25 water stations, at least one of each.

    Raises
    ------
    SettingsError: when the scale is not in ]0, 1].
    """
    if not 0 < scale <= 1:
        raise SettingsError(
            f"the simulated city cannot have the scale {scale}",
            expected="a number above 0, at most 1",
            fix="1 is the whole register of 56 stations",
        )
    gauges, waters = tuple(_gauges()), tuple(_waters())
    return (*gauges[: _share(len(gauges), scale)], *waters[: _share(len(waters), scale)])


def metres(latitude: int, longitude: int) -> tuple[int, int]:
    """East and north of 7.75 N 98.25 E, in metres, for a place in ten-thousandths of a degree."""
    return (longitude - 982_500) * 11_026 // 1000, (latitude - 77_500) * 11_057 // 1000


def _share(count: int, scale: float) -> int:
    return max(1, int(count * scale + 0.5))


def _gauges() -> Iterator[Station]:
    for number, tambon in enumerate((*TAMBON, *SECOND_GAUGE), start=1):
        second = number > len(TAMBON)
        north, east = (-38, 52) if second else (29, -24)
        yield Station(
            id=f"RG-{number:03d}",
            name_th=f"สถานีวัดฝน{tambon.name_th} {2 if second else 1}",
            name_en=f"{tambon.name_en} rain gauge {2 if second else 1}",
            tambon=tambon,
            latitude=tambon.latitude + north,
            longitude=tambon.longitude + east,
        )


def _waters() -> Iterator[Station]:
    for number, tambon in enumerate((*TAMBON, *UPPER_REACH), start=1):
        upper = number > len(TAMBON)
        north, east = (33, -41) if upper else (-17, 20)
        yield Station(
            id=f"WS-{number:03d}",
            name_th=f"สถานีน้ำ{tambon.name_th} ({'ต้นคลอง' if upper else 'ปลายคลอง'})",
            name_en=f"{tambon.name_en} water station, {'upper' if upper else 'lower'} reach",
            tambon=tambon,
            latitude=tambon.latitude + north,
            longitude=tambon.longitude + east,
            channel=_upper_reach(tambon) if upper else _lower_reach(tambon),
        )


def _lower_reach(tambon: Tambon) -> Channel:
    if not tambon.tidal_pct:
        return Channel(tambon.bed_mm, tambon.bed_mm + 2800, tambon.bed_mm + 600, 0, tambon.oxygen)
    # The mean sea of today stands a little above the datum of the levels.
    return Channel(tambon.bed_mm, 2150, 250, tambon.tidal_pct, tambon.oxygen)


def _upper_reach(tambon: Tambon) -> Channel:
    bed = max(tambon.bed_mm, 0) + 3400
    return Channel(bed, bed + 2600, bed + 450, 0, tambon.oxygen + 80)
