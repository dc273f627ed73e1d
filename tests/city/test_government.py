"""The government tables are the published ones, their real defect included."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import ingestion.contracts
from city.channels import Catalogued, Table
from city.city import demo_city
from city.sources.tourism.airport_passengers import airport_passengers
from ingestion.contracts.fetching import Ckan
from ingestion.sources import checked
from tests.city.sending import CATALOGUED, table_of


def table(source: str, *, airport_corrected: bool = False) -> Table:
    return table_of(replace(demo_city(), airport_corrected=airport_corrected), source)


def cells(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(table.body.decode().splitlines()))


def number(text: str) -> int:
    return int(float(text.replace(",", "")))


def test_hotels_are_the_published_ones() -> None:
    hotels = {row["ปี"]: row["จำนวน"] for row in cells(table("registered_hotels"))}

    assert len(hotels) == 10
    assert (hotels["2559"], hotels["2568"]) == ("388", "985")


def test_occupancy_is_the_published_one() -> None:
    shares = [row["จำนวน"] for row in cells(table("hotel_occupancy"))]

    assert shares == ["6.72", "41.97", "73.24", "78.62", "77.23"]


def test_tap_water_is_written_with_commas_and_hundredths() -> None:
    rows = cells(table("tap_water_supply"))

    assert len(rows) == 21
    assert rows[16]["จำนวน"] == "31,977,632.00"


def test_the_airports_international_total_is_labelled_domestic_in_every_year() -> None:
    rows = cells(table("airport_passengers"))

    assert len(rows) == 72
    for year in range(2563, 2569):
        totals = [
            number(row["จำนวน"])
            for row in rows
            if (row["ปี"], row["ประเภท"], row["สถานะ"]) == (str(year), "ภายในประเทศ", "รวม")
        ]
        assert len(totals) == 2
    assert [r["จำนวน"] for r in rows if r["ปี"] == "2566" and r["สถานะ"] == "รวม"] == [
        "6,262,493", "7,716,858", "13,979,351",
    ]  # fmt: skip


def test_the_truth_names_the_mislabelled_rows() -> None:
    (defect,) = airport_passengers().defects
    published = table("airport_passengers").rows
    corrected = table("airport_passengers", airport_corrected=True).rows

    different = [n for n, row in enumerate(published, 1) if row != corrected[n - 1]]
    assert list(defect.where.records) == different == [8, 20, 32, 44, 56, 68]
    assert airport_passengers(corrected=True).defects == ()


def test_in_the_corrected_revision_every_total_is_the_sum_of_its_parts() -> None:
    revision = table("airport_passengers", airport_corrected=True)
    counts = {
        (row["ปี"], row["ประเภท"], row["สถานะ"]): number(row["จำนวน"]) for row in cells(revision)
    }

    assert len(counts) == 72
    assert revision.published_at > table("airport_passengers").published_at
    for (year, kind, direction), count in counts.items():
        if direction == "รวม":
            assert count == sum(counts[year, kind, way] for way in ("เข้า", "ออก", "ผ่าน"))
        if kind == "รวม":
            kinds = ("ภายในประเทศ", "ระหว่างประเทศ")
            assert count == sum(counts[year, part, direction] for part in kinds)


@pytest.mark.parametrize("source", CATALOGUED, ids=lambda source: source.source)
def test_a_table_is_where_its_contract_looks_and_has_its_columns(source: Catalogued) -> None:
    one = source.table(demo_city())
    folder = Path(ingestion.contracts.__file__).parent
    (path,) = folder.rglob(f"{one.source}.yaml")
    contract = checked(yaml.safe_load(path.read_text(encoding="utf-8")))

    assert isinstance(contract.fetch, Ckan)
    assert (contract.fetch.dataset, contract.fetch.resource) == (one.dataset, one.resource)
    assert list(contract.columns) == list(one.headings)
    for field in contract.fields:
        if field.allowed:
            known = {spelling for spellings in field.allowed.values() for spelling in spellings}
            assert {row[field.column] for row in cells(one)} <= known
