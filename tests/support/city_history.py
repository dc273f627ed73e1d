"""A home whose history the simulated city wrote, for the tests that look at one."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from city.city import City
from ingestion.settings import Settings
from orchestration.deployment import Deployment

CITY = City(seed=8355, first_day=date(2026, 9, 7), days=4, scale=0.004, station_share=0.2)
DAY = timedelta(days=1)


def copy_of(home: Deployment, folder: Path) -> Deployment:
    """The same home elsewhere, to be changed."""
    shutil.copytree(home.settings.home, folder / "home")
    return Deployment(Settings(home=folder / "home"))


def damage(home: Deployment, key: str) -> None:
    """Change one bit of an object of the lake."""
    body = bytearray(home.lake.get(key))
    body[len(body) // 2] ^= 4
    home.lake.put(key, bytes(body))
