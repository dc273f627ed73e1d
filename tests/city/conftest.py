"""One city for the tests of its building, written once into a folder that tests only read."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import httpx
import pytest

from city.channels import DropFile
from city.city import City, demo_city
from city.dropping import write_drops
from city.serving.server import Served, Service, serve
from city.serving.services import services_of
from city.sources.environment.sensor_drops import READINGS, STATIONS
from tests.city.sending import sensor_files

Cells = dict[str, str]


@pytest.fixture(scope="session")
def city() -> City:
    return demo_city()


@pytest.fixture(scope="session")
def drops(city: City) -> list[DropFile]:
    """Every sensor file of the city, by the day that it is about."""
    return [file for day in city.calendar for file in sensor_files(city, day)]


@pytest.fixture(scope="session")
def folder(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drops")
    write_drops(city, folder, drops=[STATIONS, replace(READINGS, files=sensor_files)])
    return folder / READINGS.folder


@pytest.fixture(scope="session")
def rows_of(folder: Path) -> Callable[[str], list[Cells]]:
    """Reads a sensor file back, by its name; tests look at the last few again and again."""

    @lru_cache(maxsize=8)
    def read(name: str) -> list[Cells]:
        text = gzip.decompress((folder / name).read_bytes()).decode()
        return list(csv.DictReader(text.splitlines()))

    return read


@pytest.fixture(scope="session")
def services(city: City) -> tuple[Service, ...]:
    """What the city is asked for over HTTP: its tables are made once."""
    return services_of(city)


@pytest.fixture
def served(services: tuple[Service, ...]) -> Iterator[Served]:
    with serve(services) as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        yield client
