"""A wet week of September 2025 for the tests of the sources about nature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from city.channels import Answer, Api, Request
from city.city import City
from ingestion.sources import load_contracts
from tests.support.judging import Judged, judge

Judge = Callable[[str, bytes | str], Judged]


@pytest.fixture(scope="session")
def nature() -> City:
    return City(seed=7, first_day=date(2025, 9, 8), days=6, scale=0.01)


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Judges bytes by the shipped contract of a source, the same bytes once."""
    contracts = {contract.id: contract for contract in load_contracts()}
    folder: Path = tmp_path_factory.mktemp("judged")
    return cache(lambda source, body: judge(contracts[source], body, folder))


@pytest.fixture(scope="session")
def asked(nature: City) -> Callable[..., Answer]:
    """What a source answers to some parameters."""

    def ask(source: Api, **parameters: str) -> Answer:
        return source.answer(nature, Request(source.path, parameters))

    return ask
