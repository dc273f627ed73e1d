"""Sources of the domain environment: sensors, hydrology, weather, air and water."""

from __future__ import annotations

from city.channels import Source
from city.sources.environment import (
    air4thai,
    air_quality_sensors,
    pcd_water_quality,
    rain_counters,
    sensor_drops,
    tap_water_supply,
    thaiwater_levels,
    thaiwater_rain,
    tide_tables,
    tmd_weather,
    waste,
    water_quality_probes,
)

SOURCES: tuple[Source, ...] = (
    sensor_drops.READINGS,
    sensor_drops.STATIONS,
    rain_counters.SOURCE,
    water_quality_probes.SOURCE,
    thaiwater_levels.SOURCE,
    thaiwater_rain.SOURCE,
    tmd_weather.SOURCE,
    air4thai.SOURCE,
    air_quality_sensors.SOURCE,
    tide_tables.SOURCE,
    pcd_water_quality.SOURCE,
    tap_water_supply.SOURCE,
    waste.GENERATED,
    waste.DISPOSED,
)
