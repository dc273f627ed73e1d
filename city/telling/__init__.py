"""The rows of a day as a source knows them, typed, with no file and no text in between.

Of the files about a day this is what a platform should have in the end: of each key the last word,
late and corrected files included, and of what cannot be used (a year of another era, a device's
broken clock) nothing. What single instruments get wrong and no rule can refuse (a stuck probe, a
spike, a missing value with its reason) is there as in the files.

What goes wrong on the way is not: rows and files that come twice; and files that are cut, or
replaced by an error page, and never sent again, the rows of which are here.

Columns bear the names that the contracts give them, types and units too; identifiers are spelled as
one spells them who hides them. Does not belong here: keeping rows (`ingestion/deliveries`), and
what becomes text (`sources`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from city.telling import counts, plates, sensors, violations, wifi

if TYPE_CHECKING:
    import pyarrow as pa

    from city.city import City

Teller = Callable[["City", date], "pa.Table"]

TELLERS: Mapping[str, Teller] = {
    "air_quality_sensors": sensors.air,
    "cctv_uptime": counts.uptime,
    "environment_sensor_readings": sensors.readings,
    "people_counts": counts.people,
    "plate_reads": plates.along_roads,
    "plate_reads_checkpoint": plates.at_checkpoint,
    "rain_counters": sensors.counters,
    "traffic_violations": violations.changed,
    "vehicle_counts": counts.vehicles,
    "wifi_sessions": wifi.sessions,
}
"""By the ids of their contracts, the sources of which this is known."""
