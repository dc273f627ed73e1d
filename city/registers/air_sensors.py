"""The city's own air sensors: small, cheap ones on lamp posts, one in each of nine tambon.

The same for every seed. What they measure belongs to `truth.air`, what goes wrong to `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass

from city.registers.tambon import TAMBON, Tambon

WATCHED = (
    "830101", "830102", "830104", "830105", "830106", "830108", "830202", "830303", "830305",
)  # fmt: skip


@dataclass(frozen=True)
class AirSensor:
    """One sensor, with its place in ten-thousandths of a degree."""

    id: str
    tambon: Tambon
    latitude: int
    longitude: int


AIR_SENSORS = tuple(
    AirSensor(f"AQ-{number:03d}", tambon, tambon.latitude + 11, tambon.longitude - 17)
    for number, tambon in enumerate((t for t in TAMBON if t.code in WATCHED), start=1)
)
