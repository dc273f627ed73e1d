"""Hotels and their rooms by district in a year, as the provincial administration lists them.

The rooms are all that the truth knows of; the hotels of the districts add up to those registered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from city.channels import Catalogued, Row, Table
from city.published.tourism import REGISTERED_HOTELS
from city.registers.tambon import AMPHOE
from city.sources.spelling import PROVINCE
from city.truth.calendar import BUDDHIST_ERA
from city.truth.people.hotels import rooms_by_amphoe

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "hotel_rooms", "hotel-rooms.csv"
AGENCY = "ที่ทำการปกครองจังหวัดภูเก็ต"
WHOLE = "รวมทั้งจังหวัด"


def hotel_rooms(city: City) -> Table:
    """The table of the last year that was over and counted when the city began."""
    known = [year for year in REGISTERED_HOTELS if year < city.first_day.year + BUDDHIST_ERA]
    year = max(known, default=min(REGISTERED_HOTELS))
    return Table(
        source=SOURCE_ID,
        dataset="hotel-rooms",
        resource=RESOURCE,
        title="จำนวนโรงแรมและห้องพัก จำแนกรายอำเภอ จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=("จังหวัด", "ปี", "อำเภอ", "โรงแรม (แห่ง)", "ห้องพัก (ห้อง)", "ที่มา"),
        rows=tuple(_rows(year)),
        published_at=datetime(year - BUDDHIST_ERA + 1, 2, 16, 3, 0, tzinfo=UTC),
    )


def _rows(year: int) -> Iterator[Row]:
    rooms, hotels = rooms_by_amphoe(), REGISTERED_HOTELS[year]
    whole = sum(rooms.values())
    of_district = {amphoe: hotels * count // whole for amphoe, count in rooms.items()}
    of_district[next(iter(AMPHOE))] += hotels - sum(of_district.values())
    for amphoe, (name, _) in AMPHOE.items():
        yield (PROVINCE, str(year), f"อ.{name}", f"{of_district[amphoe]:,}", f"{rooms[amphoe]:,}",
               AGENCY)  # fmt: skip
    yield (PROVINCE, str(year), WHOLE, f"{hotels:,}", f"{whole:,}", AGENCY)


SOURCE = Catalogued(SOURCE_ID, hotel_rooms)
