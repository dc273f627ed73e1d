"""The register of the 56 environment stations: 31 rain gauges and 25 water stations.

It is the same for every seed. Beside it stand two gauges of a newer kind, which send a counter and
are not in the register yet. What happens at a station does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from city.registers.tambon import TAMBON, Tambon
from ingestion.errors import SettingsError

INTERVAL_MINUTES = 10

CHANGED_INTERVALS = {"RG-001": 5}
"""What some stations measure at since their loggers were changed, which is a matter of sources."""

StationKind = Literal["rain_gauge", "water_station"]

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


@dataclass(frozen=True)
class CounterGauge:
    """A gauge that counts on: `tip` and where its counter begins again, in hundredths of a mm."""

    id: str
    tambon: Tambon
    latitude: int
    longitude: int
    tip: int
    rolls_over: int


def _counter(number: int, code: str, north: int, east: int, tip: int, rolls: int) -> CounterGauge:
    at = next(tambon for tambon in TAMBON if tambon.code == code)
    place = (at.latitude + north, at.longitude + east)
    return CounterGauge(f"RC-{number:03d}", at, *place, tip, rolls)


COUNTER_GAUGES = (
    _counter(1, "830201", 44, -12, 20, 100_000),
    _counter(2, "830302", -25, 31, 50, 655_350),
)


def stations(share: float = 1.0) -> tuple[Station, ...]:
    """The first `share` of the 31 gauges and of the 25 water stations, at least one of each.

    Raises
    ------
    SettingsError: when the share is not in ]0, 1].
    """
    if not 0 < share <= 1:
        raise SettingsError(
            f"the simulated city cannot have a station share of {share}",
            expected="a number above 0, at most 1",
            fix="1 is the whole register of 56 stations",
        )
    gauges, waters = tuple(_gauges()), tuple(_waters())
    return (*gauges[: _count(len(gauges), share)], *waters[: _count(len(waters), share)])


def _count(all_of_them: int, share: float) -> int:
    return max(1, int(all_of_them * share + 0.5))


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
