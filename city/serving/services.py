"""Which services the simulated city runs over HTTP, and the settings that point the platform there.

One path for each setting: sources that share a setting share a service, as they do in the province.
Files that are dropped belong to `stores`, all of a city together to `running`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from city.channels import Api, Catalogued, Entities, Source, Things
from city.city import City
from city.serving.api import ApiService
from city.serving.apis import ngsi_ld, sensorthings
from city.serving.apis.ckan import CkanCatalogue
from city.serving.apis.ngsi_ld import Broker
from city.serving.apis.sensorthings import ThingsService
from city.serving.outages import outages_of
from city.serving.server import Served, Service, serve
from city.sources import SOURCES, service_defects

CKAN_SETTING = "CDP_CKAN_URL"
Kind = TypeVar("Kind", Api, Catalogued, Entities, Things)


def services_of(city: City, sources: Sequence[Source] = SOURCES) -> tuple[Service, ...]:
    """Everything that is asked for over HTTP."""
    tables = tuple(source.table(city) for source in _of(Catalogued, sources))
    defects = [
        *(defect for table in tables for defect in table.defects),
        *service_defects(city, sources),
    ]
    outages = outages_of(city, defects)
    found: list[Service] = [CkanCatalogue(tables, outages=outages)]
    for service, apis in _grouped(_of(Api, sources), lambda api: api.service).items():
        keys = {api.key: key_for(api.key) for api in apis if api.key}
        found.append(ApiService(service, city, apis, outages, keys))
    for setting, things in _grouped(_of(Things, sources), lambda each: each.setting).items():
        found.append(ThingsService(path_for(setting), city, things, outages))
    for setting, entities in _grouped(_of(Entities, sources), lambda each: each.setting).items():
        found.append(Broker(path_for(setting), city, entities, outages))
    return tuple(found)


@contextmanager
def serve_city(city: City, port: int = 0, sources: Sequence[Source] = SOURCES) -> Iterator[Served]:
    """Serve what a city is asked for over HTTP until the block ends."""
    with serve(services_of(city, sources), port) as served:
        yield served


def settings_of(url: str, sources: Sequence[Source] = SOURCES) -> dict[str, str]:
    """The settings that point the contracts at a city served at `url`, keys included."""
    apis = _of(Api, sources)
    return {
        CKAN_SETTING: url,
        **{api.setting: f"{url}/{api.service}" for api in apis},
        **{api.key: key_for(api.key) for api in apis if api.key},
        **{
            each.setting: url + path_for(each.setting) + sensorthings.VERSION
            for each in _of(Things, sources)
        },
        **{
            each.setting: url + path_for(each.setting) + ngsi_ld.VERSION
            for each in _of(Entities, sources)
        },
    }


def key_for(variable: str) -> str:
    """The key that the simulated service expects: made up, the same every time, worth nothing."""
    return "simulated-" + hashlib.sha256(variable.encode()).hexdigest()[:12]


def path_for(setting: str) -> str:
    """Where the service of a setting is: `CDP_WATER_THINGS_URL` at `/water-things`."""
    return "/" + setting.removeprefix("CDP_").removesuffix("_URL").lower().replace("_", "-")


def _of(kind: type[Kind], sources: Sequence[Source]) -> list[Kind]:
    return [source for source in sources if isinstance(source, kind)]


def _grouped(sources: Sequence[Kind], by: Callable[[Kind], str]) -> dict[str, list[Kind]]:
    groups: dict[str, list[Kind]] = defaultdict(list)
    for source in sources:
        groups[by(source)].append(source)
    return groups
