"""The register of cameras: 74 that read plates, 775 networked CCTV of which 617 work.

It is the same for every seed. Numbers are the published ones: 37 + 30 + 4 plate cameras along the
roads and 3 at the Tha Chatchai checkpoint. What passes a camera does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from city.registers.roads import CHECKPOINT, JOURNEYS, ROADS, Point, along
from city.registers.tambon import TAMBON

CHECKPOINT_CAMERAS = 3
NETWORKED, USABLE = 775, 617
COUNTERS = 60
"""CCTV beside a plate camera that count all vehicles; they are the first of the register."""

CameraKind = Literal["lpr", "checkpoint", "cctv"]

# Networked CCTV in each tambon (order of TAMBON): most in the town and in Patong.
CCTV_BY_TAMBON = (92, 78, 22, 52, 48, 40, 36, 62, 34, 148, 26, 30, 24, 38, 12, 17, 16)


@dataclass(frozen=True)
class Camera:
    """One camera, with its place in ten-thousandths of a degree.

    `position` is its distance in metres from the road's beginning; of CCTV in the side streets
    road and highway are empty. `works` is the state that the register tells.
    """

    id: str
    kind: CameraKind
    name_th: str
    name_en: str
    road: str
    highway: str
    position: int
    place: Point
    works: bool


@lru_cache(maxsize=1)
def plate_cameras() -> tuple[Camera, ...]:
    """The 71 plate cameras along the roads, then the 3 of the checkpoint."""
    return (*_along_roads(), *_at_checkpoint())


@lru_cache(maxsize=1)
def cctv_cameras() -> tuple[Camera, ...]:
    """The 775 networked CCTV; the first `COUNTERS` stand beside plate cameras and work."""
    return tuple(_cctv())


@lru_cache(maxsize=1)
def journey_cameras() -> tuple[tuple[int, ...], ...]:
    """Of every journey the numbers of its cameras (in `plate_cameras`), in the order of the way.

    At the checkpoint the first camera stands for all three.
    """
    first_of: dict[str, int] = {}
    for number, camera in enumerate(plate_cameras()):
        first_of.setdefault(camera.road if camera.kind == "lpr" else "checkpoint", number)
    ways = []
    for journey in JOURNEYS:
        way: list[int] = []
        for leg in journey.legs:
            step = 1 if leg.last >= leg.first else -1
            way += [first_of[leg.road] + n for n in range(leg.first, leg.last + step, step)]
        ways.append(tuple(way))
    return tuple(ways)


def _along_roads() -> Iterator[Camera]:
    number = 0
    for road in ROADS:
        for at in range(road.lpr):
            number += 1
            part, parts = 2 * at + 1, 2 * road.lpr
            yield Camera(
                id=f"LPR-{number:03d}",
                kind="lpr",
                name_th=f"กล้องอ่านป้ายทะเบียน {road.name_th} จุดที่ {at + 1}",
                name_en=f"Plate camera {at + 1}, {road.name_en}",
                road=road.id,
                highway=road.highway,
                position=road.length * part // parts,
                place=along(road, part, parts),
                works=True,
            )


def _at_checkpoint() -> Iterator[Camera]:
    lanes = (("ขาเข้า ช่อง 1", "inbound lane 1"), ("ขาเข้า ช่อง 2", "inbound lane 2"),
             ("ขาออก", "outbound"))  # fmt: skip
    for number, (lane_th, lane_en) in enumerate(lanes, start=1):
        yield Camera(
            id=f"TCC-{number:03d}",
            kind="checkpoint",
            name_th=f"กล้องด่านตรวจท่าฉัตรไชย {lane_th}",
            name_en=f"Tha Chatchai checkpoint, {lane_en}",
            road="thepkrasattri",
            highway="402",
            position=0,
            place=CHECKPOINT,
            works=True,
        )


def _cctv() -> Iterator[Camera]:
    beside = [camera for camera in plate_cameras() if camera.kind == "lpr"][:COUNTERS]
    tambon_of = [row for row, count in enumerate(CCTV_BY_TAMBON) for _ in range(count)]
    # The dead ones are spread evenly over those that stand in the streets.
    streets, dead = NETWORKED - COUNTERS, NETWORKED - USABLE
    taken = dict.fromkeys((tambon.code for tambon in TAMBON), 0)
    for number in range(1, NETWORKED + 1):
        if number <= COUNTERS:
            yield _counter(number, beside[number - 1])
            continue
        at = number - COUNTERS - 1
        tambon = TAMBON[tambon_of[at * NETWORKED // streets]]
        taken[tambon.code] = n = taken[tambon.code] + 1
        yield Camera(
            id=f"CCTV-{number:03d}",
            kind="cctv",
            name_th=f"กล้องวงจรปิด ต.{tambon.name_th} {n}",
            name_en=f"CCTV {tambon.name_en} {n}",
            road="",
            highway="",
            position=0,
            place=Point(
                tambon.latitude + n * 37 % 121 - 60, tambon.longitude + n * 53 % 97 - 48,
                tambon.code,
            ),
            works=at * dead // streets == (at + 1) * dead // streets,
        )  # fmt: skip


def _counter(number: int, camera: Camera) -> Camera:
    where = camera.name_th.removeprefix("กล้องอ่านป้ายทะเบียน ")
    where_en = camera.name_en.partition(", ")[2]
    return Camera(
        id=f"CCTV-{number:03d}",
        kind="cctv",
        name_th=f"กล้องนับรถ {where}",
        name_en=f"Counting camera {camera.id[-3:]}, {where_en}",
        road=camera.road,
        highway=camera.highway,
        position=camera.position,
        place=camera.place,
        works=True,
    )
