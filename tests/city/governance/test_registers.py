"""Authorities, people, budgets and contracts: what the province's offices say, at the door."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

from city.channels import Request
from city.city import City
from city.published.visitors import POPULATION
from city.registers.local_authorities import FIRST_TIER, LOCAL_AUTHORITIES
from city.registers.tambon import TAMBON_CODES
from city.sources.governance import population, public_contracts
from city.sources.governance.local_authorities import local_authorities
from city.sources.governance.municipal_budgets import budget_of, municipal_budgets
from city.sources.governance.registered_population import registered_population
from city.truth.people.whereabouts import residents
from tests.city.door import at_the_door, kept_out


def test_every_authority_and_every_tambon_is_in_the_register(city: City) -> None:
    judged = at_the_door(city, "local_authorities", local_authorities().body)

    assert judged.quarantined == []
    today = [row for row in judged.accepted if row["valid_until"] is None]
    assert {row["authority_id"] for row in today} == {one.id for one in LOCAL_AUTHORITIES}
    first_tier = Counter(r["tambon_code"] for r in today if r["authority_id"] != "pao_phuket")
    assert set(first_tier) == set(TAMBON_CODES)
    assert {code for code, count in first_tier.items() if count > 1} == {"830301", "830303"}
    assert all(row["tambon_code"] == row["printed_tambon_code"] for row in judged.accepted)


def test_an_authority_is_of_one_kind_at_a_time(city: City) -> None:
    judged = at_the_door(city, "local_authorities", local_authorities().body)

    times: dict[object, list[tuple[date, date, object]]] = defaultdict(list)
    for row in judged.accepted:
        since, until = row["valid_from"], row["valid_until"] or date.max
        assert isinstance(since, date)
        assert isinstance(until, date)
        times[row["authority_id"], row["tambon_code"]].append((since, until, row["kind"]))
    assert len(times["municipality_kathu", "830201"]) == 2
    wichit = sorted(times["municipality_wichit", "830105"])
    assert [str(until) for _, until, _ in wichit] == ["2007-08-29", "9999-12-31"]
    for held in times.values():
        held.sort()
        assert all(a[1] < b[0] for a, b in pairwise(held))


def test_the_people_of_each_tambon_are_those_of_the_truth(city: City) -> None:
    judged = at_the_door(city, "population", population.body_of(city))

    assert judged.quarantined == []
    assert len(judged.accepted) == len(list(population.rows_of(city)))
    last = max(str(row["counted_on"]) for row in judged.accepted)
    people: Counter[str] = Counter()
    for row in judged.accepted:
        if str(row["counted_on"]) == last:
            people[str(row["tambon_code"])] += int(str(row["men"])) + int(str(row["women"]))
    assert last == "2026-08-01"
    assert [people[code] for code in TAMBON_CODES] == list(residents())
    assert sum(people.values()) == sum(POPULATION.values())


def test_one_total_of_people_is_wrong_where_the_truth_says(city: City) -> None:
    judged = at_the_door(city, "population", population.body_of(city))
    (defect,) = population.SOURCE.defects(city)

    wrong = [
        row["_record"]
        for row in judged.accepted
        if int(str(row["men"])) + int(str(row["women"])) != row["people"]
    ]
    assert wrong == list(defect.where.records)


def test_the_published_population_keeps_its_contradictions(city: City) -> None:
    table = registered_population()
    judged = at_the_door(city, "registered_population", table.body)

    people = {(row["area"], row["sex"]): int(str(row["people"])) for row in judged.accepted}
    assert len(people) == 12
    assert people["8301", "male"] + people["8301", "female"] == 247_088
    assert people["8301", "total"] == 247_115
    assert sum(people[area, "male"] for area in POPULATION) - people["total", "male"] == 3_248
    assert [d.where.records for d in table.defects] == [(3,), (12,), (10,), (11,)]


def test_budgets_name_authorities_as_they_come_and_the_misspelt_one_is_kept_out(
    city: City,
) -> None:
    table = municipal_budgets(city)
    judged = at_the_door(city, "municipal_budgets", table.body)

    assert {row.record for row in judged.quarantined} == kept_out(table.defects)
    assert {row.code for row in judged.quarantined} == {"place_unknown"}
    assert {row["authority_id"] for row in judged.accepted} == {a.id for a in LOCAL_AUTHORITIES}
    pending = [row["_record"] for row in judged.accepted if row["amount_thb_reason"] == "pending"]
    (planned,) = [set(d.where.records) for d in table.defects if d.kind == "pending"]
    assert set(pending) == planned - kept_out(table.defects)


def test_a_budget_is_what_the_truth_says_in_whatever_digits(city: City) -> None:
    judged = at_the_door(city, "municipal_budgets", municipal_budgets(city).body)

    told = {
        (row["authority_id"], row["fiscal_year"]): row["amount_thb"]
        for row in judged.accepted
        if row["item"] == "budget"
    }
    for authority in FIRST_TIER:
        assert told[authority.id, 2025] == budget_of(city.seed, authority, 2568)


def contracts(city: City, **changes: str) -> bytes:
    request = Request("/cgdcontract", {"year": "2569", "limit": "500", **changes})
    return public_contracts.SOURCE.answer(city, request).body


def test_contracts_lose_who_won_them_at_the_door(city: City) -> None:
    judged = at_the_door(city, "public_contracts", contracts(city))

    assert judged.quarantined == []
    assert judged.outcome.deduplicated == 1
    assert not {"winner_name", "winner_tax_number"} & set(judged.accepted[0])
    assert "ผู้รับจ้างสมมุติ" in contracts(city).decode()
    repeated, unpriced = public_contracts.SOURCE.defects(city)
    assert (repeated.outcome, unpriced.outcome) == ("deduplicated", "missing")
    absent = [row["_record"] for row in judged.accepted if row["budget_thb"] is None]
    assert absent == list(unpriced.where.records)


def test_contracts_never_cost_more_than_the_budgets(city: City) -> None:
    spent: Counter[str] = Counter()
    for record in json.loads(contracts(city))["result"]:
        spent[record["dept_sub_name"]] += int(record["sum_price_agree"][:-3])

    for authority in LOCAL_AUTHORITIES:
        assert 0 < spent[authority.full_name] < budget_of(city.seed, authority, 2569)


def test_pages_of_contracts_make_the_whole(city: City) -> None:
    whole = json.loads(contracts(city))["result"]
    parts = [json.loads(contracts(city, limit="100", offset=f"{at}"))["result"] for at in (0, 100)]

    assert [record for part in parts for record in part] == whole[:200]
    assert all(record["announce_date"] <= f"{city.last_day}" for record in whole)


def test_the_same_city_has_the_same_offices(city: City) -> None:
    before = (contracts(city), municipal_budgets(city).body, population.body_of(city))
    public_contracts.plans_of.cache_clear()

    assert (contracts(city), municipal_budgets(city).body, population.body_of(city)) == before
