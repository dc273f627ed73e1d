"""Public contracts of the local authorities, as the Comptroller General's interface answers them.

Nested records behind a key, by Buddhist fiscal year. Contracts are made up and take a part of each
authority's budget (`municipal_budgets`); no contractor exists, and the door drops their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Answer, Api, Json, Request, json_answer
from city.defects import Defect, Where
from city.registers.local_authorities import LOCAL_AUTHORITIES, LocalAuthority
from city.registers.tambon import AMPHOE, TAMBON
from city.sources.governance.municipal_budgets import budget_of
from city.sources.months import BUDDHIST_ERA, fiscal_year
from city.sources.spelling import PROVINCE

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "public_contracts"
MOST_RECORDS = 500
MOST_OF_ONE = 60  # contracts of one authority in a year
WORKS = (
    "ก่อสร้างถนนคอนกรีตเสริมเหล็ก", "ปรับปรุงท่อระบายน้ำ", "ขุดลอกคูคลอง", "ติดตั้งไฟฟ้าสาธารณะ",
    "จ้างเหมาเก็บขนขยะมูลฝอย", "ซ่อมสร้างผิวจราจร", "จัดซื้อเครื่องสูบน้ำ", "ปรับปรุงภูมิทัศน์ชายหาด",
    "ติดตั้งกล้องโทรทัศน์วงจรปิด", "จัดซื้อครุภัณฑ์คอมพิวเตอร์",
)  # fmt: skip
E_BIDDING, SPECIFIC = "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "เฉพาะเจาะจง"
ANNOUNCED, SIGNED, DELIVERED = "ประกาศเชิญชวน", "จัดทำสัญญา/บริหารสัญญา", "สิ้นสุดสัญญา"
SPECIFIC_UP_TO = 500_000  # baht; dearer work is put out to tender
# Of all contracts in force so much of the budget goes through tenders, in per cent.
THROUGH_CONTRACTS = 22
REPEATED = 12  # this record of the first page comes twice
UNPRICED = 30  # this one was announced without a price


@dataclass(frozen=True)
class Plan:
    """One contract that an authority means to make, money in baht."""

    announced: date
    money: int
    agreed: int
    work: str

    @property
    def signed(self) -> date:
        """The day of the signature."""
        return self.announced + timedelta(days=21)

    @property
    def due(self) -> date:
        """The day on which the work must be done; dearer work takes longer."""
        return self.signed + timedelta(days=60 + self.money // 200_000)

    def status(self, today: date) -> str:
        """What the record says on a day."""
        if self.due <= today:
            return DELIVERED
        return SIGNED if self.signed <= today else ANNOUNCED


def contracts_of(city: City, year: int) -> list[dict[str, Json]]:
    """The records of a fiscal year that were announced until the city's last day."""
    found = [
        _record(authority, year, number, plan, city.last_day)
        for authority in LOCAL_AUTHORITIES
        for number, plan in enumerate(plans_of(city.seed, authority, year), start=1)
        if plan.announced <= city.last_day
    ]
    found.sort(key=lambda record: (str(record["announce_date"]), str(record["project_id"])))
    if len(found) > UNPRICED:
        found[UNPRICED - 1] = {**found[UNPRICED - 1], "project_money": None}
        found.insert(REPEATED, found[REPEATED - 1])
    return found


@lru_cache(maxsize=256)
def plans_of(seed: int, authority: LocalAuthority, year: int) -> tuple[Plan, ...]:
    """What an authority buys in a fiscal year, until its part of the budget is spent."""
    draws = Draws(seed, "contracts", authority.id, str(year))
    left = budget_of(seed, authority, year) * THROUGH_CONTRACTS // 100
    first = date(year - BUDDHIST_ERA - 1, 10, 1)
    found: list[Plan] = []
    while left > 0 and len(found) < MOST_OF_ONE:
        # Most contracts are small, a few are most of the money.
        thousands = draws.one(80, 480) if draws.one(1, 10) <= 6 else draws.one(500, 24_000)
        money = thousands * 1000
        announced = first + timedelta(days=draws.one(5, 350))
        agreed = money * draws.one(860, 1000) // 1000
        found.append(Plan(announced, money, agreed, WORKS[draws.one(0, len(WORKS) - 1)]))
        left -= money
    return tuple(found)


def _record(
    authority: LocalAuthority, year: int, number: int, plan: Plan, today: date
) -> dict[str, Json]:
    tambon = next(t for t in TAMBON if t.code == authority.tambon[number % len(authority.tambon)])
    place = LOCAL_AUTHORITIES.index(authority) + 1
    status = plan.status(today)
    contract: Json = {
        "winner_tin": f"0-8355-{place:02d}{number:03d}",
        "winner": f"บริษัท ผู้รับจ้างสมมุติ {number} จำกัด",
        "contract_no": f"{number}/{year}",
        "contract_date": plan.signed.isoformat(),
        "contract_finish_date": plan.due.isoformat(),
        "price_agree": f"{plan.agreed}.00",
    }
    return {
        "project_id": f"{year % 100:02d}{place:02d}{number:04d}",
        "project_name": f"{plan.work} ตำบล{tambon.name_th}",
        "dept_name": "กรมส่งเสริมการปกครองท้องถิ่น",
        "dept_sub_name": authority.full_name,
        "purchase_method_name": SPECIFIC if plan.money <= SPECIFIC_UP_TO else E_BIDDING,
        "announce_date": plan.announced.isoformat(),
        "budget_year": str(year),
        "project_money": f"{plan.money}.00",
        "sum_price_agree": f"{plan.agreed}.00",
        "province": PROVINCE,
        "district": AMPHOE[tambon.code[:4]][0],
        "subdistrict": tambon.name_th,
        "project_status": status,
        "contract": [] if status == ANNOUNCED else [contract],
    }


def _answer(city: City, request: Request) -> Answer:
    year = request.number("year", fiscal_year(city.last_day))
    limit = min(request.number("limit", MOST_RECORDS), MOST_RECORDS)
    offset = request.number("offset", 0)
    found = contracts_of(city, year)
    page = found[offset : offset + limit]
    summary = {"total_project": str(len(found)), "budget_year": str(year)}
    return json_answer({"summary": summary, "result": page})


def _defects(city: City) -> Iterator[Defect]:
    year = fiscal_year(city.last_day)
    if len(contracts_of(city, year)) <= UNPRICED:
        return
    file = f"cgdcontract-{year}"
    repeated, unpriced = Where(records=(REPEATED + 1,)), Where(records=(UNPRICED + 1,))
    yield Defect("duplicate_row", SOURCE_ID, file, repeated, "one contract is told twice")
    yield Defect("no_value", SOURCE_ID, file, unpriced, "announced without a price")


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_CGD_URL",
    service="cgd",
    path="/cgdcontract",
    answer=_answer,
    key="CDP_CGD_KEY",
    key_in="?api-key",
    defects=_defects,
)
