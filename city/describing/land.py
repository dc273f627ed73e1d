"""A small map of Phuket: the island as one line, a field for each tambon around its middle.

The line is drawn by hand for a picture a hand wide, and fields are what lies nearest to each
middle. For real boundaries ask the Department of Provincial Administration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from city.registers.tambon import TAMBON, Tambon

Point = tuple[float, float]
SOUTH, NORTH, WEST, EAST = 7.4, 8.3, 98.0, 98.6
HEIGHT = 560.0
_BOTTOM, _LEFT = 7.745, 98.238
_SCALE = 1180.0  # pixels for a degree, the same both ways: so near the equator it hardly matters

# Names stand above the middle, where most of the stations are, but in the narrow town beside it.
_NAME_ABOVE = (0.0, -14.0)
_NAME_ELSEWHERE = {"830101": (29.0, 10.0), "830102": (-24.0, -4.0), "830104": (8.0, -12.0)}

# Latitude and longitude in thousandths of a degree, clockwise from the Sarasin bridge.
_COAST = (
    (8203, 98300), (8196, 98311), (8172, 98322), (8140, 98337), (8120, 98352), (8112, 98375),
    (8090, 98392), (8098, 98412), (8083, 98428), (8070, 98444), (8052, 98436), (8046, 98418),
    (8028, 98415), (8012, 98424), (7990, 98437), (7978, 98430), (7993, 98414), (7984, 98401),
    (7966, 98395), (7952, 98404), (7935, 98403), (7918, 98414), (7902, 98434), (7886, 98430),
    (7876, 98412), (7850, 98408), (7824, 98416), (7801, 98409), (7810, 98392), (7836, 98383),
    (7846, 98362), (7832, 98346), (7812, 98345), (7790, 98332), (7772, 98328), (7757, 98305),
    (7770, 98296), (7782, 98304), (7800, 98294), (7818, 98298), (7826, 98290), (7846, 98292),
    (7868, 98288), (7876, 98262), (7888, 98268), (7894, 98288), (7906, 98291), (7916, 98274),
    (7934, 98262), (7950, 98276), (7966, 98268), (7982, 98274), (7998, 98290), (8022, 98292),
    (8036, 98284), (8056, 98276), (8082, 98290), (8112, 98298), (8150, 98290), (8190, 98283),
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A tambon on the map: its outline, and where its name stands."""

    tambon: Tambon
    path: str
    name: Point


def within_province(latitude: float, longitude: float) -> bool:
    """Is this a place in Phuket, and not one with its coordinates exchanged?"""
    return SOUTH < latitude < NORTH and WEST < longitude < EAST


def on_map(latitude: float, longitude: float) -> Point:
    """Where a place stands on the map, in pixels from the upper left."""
    across = (longitude - _LEFT) * _SCALE
    return round(across, 1), round(HEIGHT - (latitude - _BOTTOM) * _SCALE, 1)


def fields() -> tuple[Field, ...]:
    """The 17 tambon as they divide the island."""
    middles = [on_map(each.latitude / 10_000, each.longitude / 10_000) for each in TAMBON]
    found = []
    for number, tambon in enumerate(TAMBON):
        corners = _coast()
        for other in middles[:number] + middles[number + 1 :]:
            corners = _nearer(corners, middles[number], other)
        right, down = _NAME_ELSEWHERE.get(tambon.code, _NAME_ABOVE)
        name = middles[number][0] + right, middles[number][1] + down
        found.append(Field(tambon, path_of(corners, closed=True), name))
    return tuple(found)


def island() -> str:
    """The outline of the island. Fields end at it, but may cross a bay that lies between."""
    return path_of(_coast(), closed=True)


def path_of(points: Iterable[Point], *, closed: bool = False) -> str:
    """Points as the path of an SVG drawing."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def _coast() -> list[Point]:
    return [on_map(north / 1000, east / 1000) for north, east in _COAST]


def _nearer(corners: Sequence[Point], mine: Point, other: Point) -> list[Point]:
    """The part of an outline that lies nearer to one middle than to the other."""
    kept: list[Point] = []
    for here, there in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        ahead, behind = _lead(here, mine, other), _lead(there, mine, other)
        if ahead >= 0:
            kept.append(here)
        if ahead * behind < 0:
            share = ahead / (ahead - behind)
            kept.append(
                (here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share)
            )
    return kept


def _lead(point: Point, mine: Point, other: Point) -> float:
    """By how much a point is nearer to one middle; linear along a line, so it can be divided."""
    to_mine = (point[0] - mine[0]) ** 2 + (point[1] - mine[1]) ** 2
    return (point[0] - other[0]) ** 2 + (point[1] - other[1]) ** 2 - to_mine
