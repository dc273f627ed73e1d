"""Nothing in the city's open tables looks like a person's number, address, device or vehicle."""

from __future__ import annotations

from itertools import chain

import pytest

from city.channels import Catalogued
from city.city import City, demo_city
from city.registers.hospitals import HOSPITALS
from city.registers.local_authorities import LOCAL_AUTHORITIES
from city.registers.schools import SCHOOLS
from city.sources.governance.public_contracts import contracts_of
from ingestion.privacy.personal import kind_of_personal
from tests.city.sending import CATALOGUED


@pytest.mark.parametrize("source", CATALOGUED, ids=lambda source: source.source)
def test_no_cell_of_an_open_table_looks_personal(source: Catalogued) -> None:
    cells = set(chain.from_iterable(source.table(demo_city()).rows))

    assert not {cell for cell in cells if kind_of_personal(cell)}


def test_not_even_the_tax_numbers_that_the_door_drops_look_real(city: City) -> None:
    told = [record for record in contracts_of(city, 2569) if record["contract"]]

    assert len(told) > 100
    assert not [record for record in told if kind_of_personal(str(record["contract"]))]


def test_registers_name_places_and_offices_only_once() -> None:
    for names in (
        [school.name_th for school in SCHOOLS],
        [hospital.name_th for hospital in HOSPITALS],
        [authority.short_name for authority in LOCAL_AUTHORITIES],
    ):
        assert len(set(names)) == len(names)
