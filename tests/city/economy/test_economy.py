"""The province's product, firms and tills: published sums, the truth behind them, the door."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from city.city import City
from city.sources.economy.business_registrations import (
    business_registrations,
    firms_of,
)
from city.sources.economy.gross_provincial_product import (
    SECTORS,
    gross_provincial_product,
)
from city.sources.economy.vat_index import index_of, vat_index
from city.sources.months import months_before
from city.truth.people.nights import nights_of
from tests.city.door import at_the_door, datastore


def test_the_product_of_2019_is_the_published_one_and_every_total_is_its_sectors(
    city: City,
) -> None:
    table = gross_provincial_product(city)
    judged = at_the_door(city, "gross_provincial_product", table.body)

    assert judged.quarantined == []
    sums: dict[tuple[object, object], int] = defaultdict(int)
    totals = {}
    for row in judged.accepted:
        when, value = (row["edition"], row["year"]), int(str(row["current_mthb"]))
        if row["sector"] == "total":
            totals[when] = value
        else:
            sums[when] += value
    assert sum(share for share, _ in SECTORS.values()) == 1000
    assert totals == sums
    assert {value for (_, year), value in totals.items() if year == 2019} == {251_000}


def test_an_edition_revises_what_was_preliminary_before(city: City) -> None:
    table = gross_provincial_product(city)
    judged = at_the_door(city, "gross_provincial_product", table.body)

    rows = {(r["edition"], r["year"], r["sector"]): r for r in judged.accepted}
    before, after = rows[2025, 2023, "transport"], rows[2026, 2023, "transport"]
    assert (before["vintage"], after["vintage"]) == ("preliminary", "revised")
    assert before["current_mthb"] != after["current_mthb"]
    assert rows[2026, 2019, "transport"]["vintage"] in (None, "final")
    assert max(int(str(r["year"])) for r in judged.accepted) == 2024


def test_without_visitors_there_is_little_product(city: City) -> None:
    table = gross_provincial_product(city)
    judged = at_the_door(city, "gross_provincial_product", table.body)

    value = {
        r["year"]: int(str(r["current_mthb"])) for r in judged.accepted if r["sector"] == "total"
    }
    assert value[2021] < value[2020] < value[2022] < value[2023] < value[2024]
    assert value[2021] < value[2019] // 2


def test_the_index_follows_the_nights_a_month_later(city: City) -> None:
    table = vat_index(city)
    judged = at_the_door(city, "vat_index", datastore(table))

    assert judged.quarantined == []
    told = {(r["year"], r["month"]): r["vat_index"] for r in judged.accepted}
    assert len(told) == 36
    assert told[2026, 1] == index_of(city.seed, date(2026, 1, 1)) / 10
    months = months_before(date(2026, 8, 1), 12)
    nights = [nights_of(city.seed, month) for month in months]
    later = [told[m.year, m.month] for m in (*months[1:], date(2026, 8, 1))][:-1]
    by_nights = sorted(range(11), key=lambda n: nights[n])
    assert later.index(max(later, key=float)) in by_nights[-2:]
    assert later.index(min(later, key=float)) in by_nights[:2]


def test_the_latest_month_of_the_index_is_pending(city: City) -> None:
    table = vat_index(city)
    judged = at_the_door(city, "vat_index", datastore(table))
    (defect,) = table.defects

    pending = [r["_record"] for r in judged.accepted if r["vat_index_reason"] == "pending"]
    assert pending == list(defect.where.records)


def test_one_total_of_firms_is_wrong_where_the_truth_says(city: City) -> None:
    table = business_registrations(city)
    judged = at_the_door(city, "business_registrations", table.body)
    (defect,) = table.defects

    assert judged.quarantined == []
    assert len(judged.accepted) == 24 * 4
    parts: dict[tuple[object, object], int] = defaultdict(int)
    wrong = []
    for row in judged.accepted:
        when, firms = (row["year"], row["month"]), int(str(row["founded"]))
        if row["area"] != "total":
            parts[when] += firms
        elif firms != parts[when]:
            wrong.append(row["_record"])
    assert wrong == list(defect.where.records)


def test_more_firms_are_founded_after_a_full_season(city: City) -> None:
    def firms(month: date) -> int:
        return sum(one.founded for one in firms_of(city.seed, month))

    assert firms(date(2026, 4, 1)) > 1.2 * firms(date(2025, 11, 1))


def test_the_same_city_has_the_same_economy(city: City) -> None:
    made = (gross_provincial_product, vat_index, business_registrations)
    before = [make(city).body for make in made]
    nights_of.cache_clear()
    firms_of.cache_clear()

    assert [make(city).body for make in made] == before
