"""The curated tables, built by a real dbt over a small lake: empty, day by day, and all anew."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.clock import BANGKOK
from tests.dbt_project.city_lake import CityLake, Row, reading, station

READINGS = "environment_sensor_readings"
FIRST = date(2026, 1, 1)
CURATED = (
    "intermediate.int_environment_observation_flagged",
    "intermediate.int_sensor_quality_daily",
    "intermediate.int_rain_daily",
    "intermediate.int_water_quality_monthly",
    "marts.rain_daily",
    "marts.sensor_quality_daily",
    "marts.water_quality_monthly",
)
