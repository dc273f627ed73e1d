"""The register of cameras as the city keeps it: plate cameras and networked CCTV, in one CSV file.

One camera stands in the register with its coordinates exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from city.channels import Drop, DropFile, Row
from city.defects import Defect, Where
from city.registers.cameras import Camera, cctv_cameras, plate_cameras
from city.registers.roads import ROADS
from city.writing.delimited import csv_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "cctv_cameras"
HEADINGS = (
    "camera_id", "kind", "name_th", "name_en", "tambon_code", "road_th", "road_en", "highway",
    "position_m", "latitude", "longitude", "state",
)  # fmt: skip
SWAPPED = "CCTV-402"
WORKS, BROKEN = "ใช้งานได้", "ชำรุด"


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The register, sent once before the first day begins."""
    if day != city.first_day:
        return
    cameras = (*plate_cameras(), *cctv_cameras())
    record = next(n for n, camera in enumerate(cameras, start=1) if camera.id == SWAPPED)
    detail = "latitude and longitude were entered in each other's column"
    defect = Defect(
        "swapped_coordinates", SOURCE_ID, "cameras.csv", Where(SWAPPED, records=(record,)), detail
    )
    body = csv_bytes([HEADINGS, *(_row(camera) for camera in cameras)])
    yield DropFile("cameras.csv", datetime.combine(day, time(), BANGKOK), body, (defect,))


def _row(camera: Camera) -> Row:
    roads = {road.id: road for road in ROADS}
    road = roads.get(camera.road)
    place = [_degrees(camera.place.latitude), _degrees(camera.place.longitude)]
    if camera.id == SWAPPED:
        place.reverse()
    return (
        camera.id, camera.kind, camera.name_th, camera.name_en, camera.place.tambon,
        road.name_th if road else "", road.name_en if road else "", camera.highway,
        str(camera.position) if road else "", *place, WORKS if camera.works else BROKEN,
    )  # fmt: skip


def _degrees(ten_thousandths: int) -> str:
    whole, part = divmod(ten_thousandths, 10_000)
    return f"{whole}.{part:04d}"


SOURCE = Drop(SOURCE_ID, "CDP_CCTV_DROP_URL", "folder", "cctv", files_of)
