"""The 1,000 access points of the city's WiFi, over the 17 tambon, the same for every seed.

Who uses them does not belong here (`truth.wifi`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from city.registers.tambon import TAMBON, Tambon

# Access points in each tambon (order of TAMBON); Patong has about a quarter.
NUMBERS = (80, 36, 32, 48, 60, 52, 70, 112, 50, 240, 56, 34, 26, 66, 10, 18, 10)
NETWORKS = ("PhuketSmartWiFi", "PhuketBeachWiFi", "PhuketTownWiFi")
OUT_OF_ORDER = frozenset({47, 158, 311, 402, 569, 613, 747, 888})
"""Numbers of those that have been waiting for repair since before the city's first day."""
MAKERS = ("dashes", "colons", "bare")
"""Three makers, told apart by how they spell a client's address."""
# Grid of a tambon: points stand a street apart, in ten-thousandths of a degree.
_STREET = 9


@dataclass(frozen=True)
class AccessPoint:
    """One access point, with its place in ten-thousandths of a degree."""

    number: int
    tambon: Tambon
    latitude: int
    longitude: int

    @property
    def id(self) -> str:
        """AP-0001 to AP-1000."""
        return f"AP-{self.number:04d}"

    @property
    def mac(self) -> str:
        """Its radio's address: locally administered, so that no maker's device can have it."""
        return f"02-50-4B-83-{self.number >> 8:02X}-{self.number & 255:02X}"

    @property
    def network(self) -> str:
        """The name of the network that it shows."""
        return NETWORKS[_network_of(self.tambon)]

    @property
    def maker(self) -> str:
        """How its maker spells addresses."""
        return MAKERS[self.number % 7 % len(MAKERS)]

    @property
    def management_address(self) -> str:
        """Its address in the city's own network."""
        return f"10.83.{self.number // 250}.{self.number % 250 + 1}"


@lru_cache(maxsize=1)
def access_points() -> tuple[AccessPoint, ...]:
    """All of them, tambon by tambon in the order of TAMBON."""
    places = [
        (tambon, place)
        for tambon, count in zip(TAMBON, NUMBERS, strict=True)
        for place in range(count)
    ]
    return tuple(
        AccessPoint(number, tambon, *_placed(tambon, place))
        for number, (tambon, place) in enumerate(places, start=1)
    )


def _placed(tambon: Tambon, place: int) -> tuple[int, int]:
    """A spot on the tambon's grid: sixteen streets by as many as are needed, a bit off the line."""
    row, column = divmod(place, 16)
    north, east = (row - 7) * _STREET + place % 5, (column - 8) * _STREET + place % 7
    return tambon.latitude + north, tambon.longitude + east


def _network_of(tambon: Tambon) -> int:
    if tambon.code in ("830101", "830102"):
        return 2
    return 1 if tambon.code in ("830107", "830108", "830202", "830203", "830303") else 0
