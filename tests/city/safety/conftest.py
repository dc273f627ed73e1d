"""One small city of two days for the tests of the safety sources, and the door it knocks at."""

from __future__ import annotations

from datetime import date

import pytest

from city.city import City
from tests.city.safety.judging import Door


@pytest.fixture(scope="session")
def small() -> City:
    return City(seed=8355, first_day=date(2026, 9, 7), days=2, scale=0.01)


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    return Door(tmp_path_factory.mktemp("door"))
