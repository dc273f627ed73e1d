"""Sources of the domain environment: sensors, hydrology, weather, air and water."""

from __future__ import annotations

from ingestion.simulator.channels import Source
from ingestion.simulator.sources.environment import (
    air4thai,
    sensor_drops,
    tap_water_supply,
    thaiwater_levels,
    thaiwater_rain,
    tmd_weather,
)

SOURCES: tuple[Source, ...] = (
    sensor_drops.READINGS,
    sensor_drops.STATIONS,
    thaiwater_levels.SOURCE,
    thaiwater_rain.SOURCE,
    tmd_weather.SOURCE,
    air4thai.SOURCE,
    tap_water_supply.SOURCE,
)
