"""Road accidents of the last year, one row each, in the columns of the Ministry of Transport.

Accidents on the main roads that were bad enough for a report. A few rows have their coordinates
exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.roads import ROADS
from city.sources.spelling import PROVINCE
from city.truth.calendar import BUDDHIST_ERA
from city.truth.incidents.accidents import Accident, accidents

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "road_accidents"
FILE = "road-accidents.csv"
AGENCY = "กระทรวงคมนาคม"
HEADINGS = (
    "acc_code", "incident_datetime", "report_datetime", "province_th", "province_en", "agency",
    "route", "vehicle_type", "presumed_cause", "accident_type", "number_of_vehicles_involved",
    "number_of_fatalities", "number_of_injuries", "weather_condition", "latitude", "longitude",
    "road_description", "slope_description",
)  # fmt: skip
CAUSES = {
    "speeding": "speeding",
    "red_light": "running red lights/traffic signals",
    "wrong_way": "driving in the wrong lane",
    "slippery": "slippery road",
    "cutting_in": "cutting in closely by people/vehicles/animals",
    "asleep": "falling asleep",
}
KINDS = {
    "rear_end": "rear-end collision",
    "side": "side collision",
    "head_on": "head-on collision (not overtaking)",
    "rollover": "rollover/fallen on straight road",
    "obstacle": "collision with obstruction (on road surface)",
    "pedestrian": "pedestrian collision",
}
VEHICLES = {
    "motorcycle": "motorcycle",
    "car": "private/passenger car",
    "pickup": "4-wheel pickup truck",
    "van": "van",
    "truck": "large truck with trailer",
    "bus": "large passenger vehicle",
}
HILLS = ("phra_barami", "kamala", "coast")
DAYS = 365
SWAPPED_EVERY, SWAPPED_FIRST = 150, 40


def road_accidents(city: City) -> Table:
    """The accidents of the year before the city's first day, and of its days."""
    rows = tuple(_rows(city))
    swapped = tuple(range(SWAPPED_FIRST, len(rows) + 1, SWAPPED_EVERY))
    detail = "latitude and longitude are in each other's column"
    return Table(
        source=SOURCE_ID,
        dataset="road-accidents",
        resource=FILE,
        title="อุบัติเหตุทางถนนบนโครงข่ายถนนของกระทรวงคมนาคม จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=HEADINGS,
        rows=tuple(_exchanged(row) if n in swapped else row for n, row in enumerate(rows, start=1)),
        published_at=city.closes_at,
        defects=(
            Defect("swapped_coordinates", SOURCE_ID, FILE, Where(records=swapped), detail),
        ),
    )  # fmt: skip


def days_of(city: City) -> tuple[date, ...]:
    """The days that the table is about."""
    before = (city.first_day - timedelta(days=back) for back in range(DAYS, 0, -1))
    return (*before, *city.calendar)


def _rows(city: City) -> Iterator[Row]:
    for day in days_of(city):
        for number, accident in enumerate(accidents(city.seed, day), start=1):
            yield _row(city.seed, day, number, accident)


def _row(seed: int, day: date, number: int, accident: Accident) -> Row:
    road = next(road for road in ROADS if road.id == accident.camera.road)
    code = f"{(day.year + BUDDHIST_ERA) % 100:02d}{day.timetuple().tm_yday:03d}{number:02d}"
    told = accident.at + timedelta(minutes=Draws(seed, "told", code).one(20, 600))
    owner = "department of highways" if road.highway else "department of rural roads"
    return (
        code,
        f"{accident.at:%Y-%m-%d %H:%M}",
        f"{told:%Y-%m-%d %H:%M}",
        PROVINCE,
        "Phuket",
        owner,
        road.name_th,
        VEHICLES[accident.vehicle],
        CAUSES[accident.cause],
        KINDS[accident.kind],
        str(accident.vehicles),
        str(accident.killed),
        str(accident.injured),
        "rainy" if accident.raining else "clear",
        _degrees(accident.place.latitude),
        _degrees(accident.place.longitude),
        "wide curve" if road.id in HILLS else "straight road",
        "slope area" if road.id in HILLS else "no slope",
    )


def _exchanged(row: Row) -> Row:
    at = HEADINGS.index("latitude")
    return (*row[:at], row[at + 1], row[at], *row[at + 2 :])


def _degrees(ten_thousandths: int) -> str:
    whole, part = divmod(ten_thousandths, 10_000)
    return f"{whole}.{part:04d}"


SOURCE = Catalogued(SOURCE_ID, road_accidents)
