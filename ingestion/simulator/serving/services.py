"""Which services the simulated city runs, and the settings that point the platform at them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.simulator.channels import Api
from ingestion.simulator.city import City
from ingestion.simulator.serving.api import ApiService
from ingestion.simulator.serving.ckan import CkanCatalogue
from ingestion.simulator.serving.server import Served, Service, serve
from ingestion.simulator.sources import SOURCES, tables

CKAN_SETTING = "CDP_CKAN_URL"


def services_of(city: City) -> tuple[Service, ...]:
    """Everything that is asked for over HTTP."""
    return (CkanCatalogue(tables(city)), *_apis(city))


@contextmanager
def serve_city(city: City, port: int = 0) -> Iterator[Served]:
    """Serve all of a city over HTTP until the block ends."""
    with serve(services_of(city), port) as served:
        yield served


def settings_of(url: str) -> dict[str, str]:
    """The settings that point the contracts at a city served at `url`, keys included."""
    apis = [source for source in SOURCES if isinstance(source, Api)]
    return {
        CKAN_SETTING: url,
        **{api.setting: f"{url}/{api.service}" for api in apis},
        **{api.key: key_for(api.key) for api in apis if api.key},
    }


def key_for(variable: str) -> str:
    """The key that the simulated service expects: made up, the same every time, worth nothing."""
    return "simulated-" + hashlib.sha256(variable.encode()).hexdigest()[:12]


def _apis(city: City) -> tuple[Service, ...]:
    by_service: dict[str, list[Api]] = defaultdict(list)
    for source in SOURCES:
        if isinstance(source, Api):
            by_service[source.service].append(source)
    return tuple(
        ApiService(name, city, apis, {api.key: key_for(api.key) for api in apis if api.key})
        for name, apis in by_service.items()
    )
