"""What a draft is of: the source, the key, the figures, the period; and what is refused before.

Two kinds are drafted. Of a source that adds up (`delivery: increment`, with a `day`) the rows of a
period are grouped: a sum, a mean or a maximum of what is sent more often. Of a snapshot with a year
the rows are told as the agency publishes them. Does not belong here: any text of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dbt_project.products import Product, load_products
from ingestion.contracts import SourceContract
from ingestion.contracts.field import Field
from ingestion.errors import PermanentError
from ingestion.words.closest import closest
from orchestration.drafting.figures import Figure, field_named, figures_of

Cadence = Literal["daily", "weekly", "monthly", "yearly"]

_NAME = re.compile(r"^[a-z][a-z0-9_]{1,62}$")
_GROUPED = {"daily": "day", "weekly": "week", "monthly": "month"}
_NOT_DRAFTED = ("quarter_hourly", "hourly")
PAGE = "docs/write-a-product.md"


@dataclass(frozen=True)
class Plan:
    """A product that can be drafted."""

    name: str
    domain: str
    cadence: Cadence
    contract: SourceContract
    groups: tuple[Field, ...]
    """The fields of the key besides the one that says when."""

    figures: tuple[Figure, ...]
    place: Field | None
    """The field that says where: a tambon of the key, or the province."""

    @property
    def is_told(self) -> bool:
        """Are the rows those of the agency (else they are grouped)?"""
        return self.contract.delivery == "snapshot"

    @property
    def period(self) -> str:
        """The column that says the period."""
        return "year" if self.is_told else _GROUPED[self.cadence]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the product's key."""
        named = [place_column(self, each) for each in self.groups]
        if not named and self.place is not None:
            named = ["place_code"]
        return (*named, self.period)

    @property
    def counted(self) -> tuple[Figure, ...]:
        """The figures beside which stands how many rows have a value: the first of each field."""
        first = {figure.field.name: figure for figure in reversed(self.figures)}
        return () if self.is_told else tuple(f for f in first.values() if f.may_be_empty)

    @property
    def staging(self) -> str:
        """The model that reads the source."""
        return f"stg_{self.contract.id}"


def place_column(plan: Plan, field: Field) -> str:
    """What a field of the key is called in the product."""
    return "place_code" if plan.place is field else field.name


def plan_product(
    name: str,
    source: str,
    key: Sequence[str],
    measures: Sequence[str],
    contracts: Iterable[SourceContract],
    domain: str = "",
) -> Plan:
    """Decide what is drafted.

    Parameters
    ----------
    key: fields of the contract; the one that says when may be among them.
    measures: fields of the contract, `name` or `name:sum|mean|max`; none: all numbers with a unit.

    Raises
    ------
    PermanentError: it cannot be drafted; says what to do instead.
    """
    contract = _contract(source, contracts)
    cadence = _cadence(name, load_products())
    _admit(contract, cadence)
    when = "year" if contract.delivery == "snapshot" else contract.day
    given = [field_named(contract, each) for each in dict.fromkeys(key)]
    groups = tuple(field for field in given if field.name != when)
    for field in groups:
        if not field.required:
            raise PermanentError(
                f"{source}.{field.name} may be empty, and a key may not",
                fix=f"choose of {', '.join(contract.key)}",
            )
    _whole_key(contract, groups, when or "")
    figures = tuple(figures_of(contract, measures, {f.name for f in groups}))
    return Plan(
        name, domain or contract.domain, cadence, contract, groups, figures,
        _place(contract, groups),
    )  # fmt: skip


def _contract(source: str, contracts: Iterable[SourceContract]) -> SourceContract:
    known = {contract.id: contract for contract in contracts}
    if source not in known:
        near = closest(source, known)
        raise PermanentError(
            f"there is no source {source!r}",
            expected=f"the id of a contract{f', such as {near}' if near else ''}",
            fix="correct --source, or draft its contract first: cdp new source FILE",
        )
    return known[source]


def _cadence(name: str, products: Iterable[Product]) -> Cadence:
    known = {product.id: product for product in products}
    if name in known:
        raise PermanentError(
            f"there is a product {name} in {known[name].domain}",
            fix="choose another name, or change that one's files",
        )
    ending = next((c for c in _NOT_DRAFTED if name.endswith(f"_{c}")), "")
    if ending:
        raise PermanentError(
            f"{name}: what is {ending.replace('_', '-')} is not drafted, since a period is a day "
            "or longer",
            fix=f"draft the _daily one and write this one by hand beside it ({PAGE})",
        )
    for cadence in ("daily", "weekly", "monthly", "yearly"):
        if _NAME.match(name) and name.endswith(f"_{cadence}"):
            return cadence
    raise PermanentError(
        f"{name!r} does not end in how often it has a row",
        expected="lower-case words joined by _, the last of them daily, weekly, monthly or yearly",
        fix=f"rename it; a register has no such ending and is written as wifi_access_points is "
        f"({PAGE}, 5)",
    )


def _admit(contract: SourceContract, cadence: Cadence) -> None:
    """Refuse what cannot be drafted without saying something that nobody has decided."""
    names = {field.name for field in contract.fields}
    if contract.personal:
        raise PermanentError(
            f"{contract.id} is about persons: what of it may be told is for a person to decide",
            fix=f"write the product by hand, with `disclosure: k_10` ({PAGE}, 2)",
        )
    if contract.repeats.conflict == "keep":
        raise PermanentError(
            f"{contract.id} keeps rows that contradict each other (conflict: keep), so its key "
            "makes no key of a product",
            fix="write it by hand as airport_passengers_yearly is",
        )
    if contract.delivery == "snapshot":
        _admit_snapshot(contract, cadence)
    elif contract.day is None or contract.day not in names:
        raise PermanentError(
            f"{contract.id} names no `day`, so nobody knows the period of a row",
            fix=f"say `day:` in its contract, or write the product by hand ({PAGE})",
        )
    elif contract.cadence in ("monthly", "yearly") and cadence in ("daily", "weekly"):
        raise PermanentError(
            f"{contract.id} comes {contract.cadence}, and nothing {cadence} can be made of it",
            fix="let the name end in _monthly",
        )
    elif cadence == "yearly":
        raise PermanentError(
            f"{contract.id} tells of days, and years of days are not drafted",
            fix="draft the _monthly one, and write the yearly one from it",
        )


def _admit_snapshot(contract: SourceContract, cadence: Cadence) -> None:
    by_year = "year" in contract.key and "month" not in contract.key
    if not by_year:
        raise PermanentError(
            f"{contract.id} comes as a whole each time, and its key ({', '.join(contract.key)}) "
            "is not that of a table by `year`, the kind of snapshot that is drafted",
            fix=f"write it by hand: a register as wifi_access_points is ({PAGE}, 5), others as "
            "tap_water_yearly is",
        )
    if cadence != "yearly":
        raise PermanentError(
            f"{contract.id} tells of years, and no {cadence} product can be made of them",
            fix="let the name end in _yearly",
        )


def _whole_key(contract: SourceContract, groups: Sequence[Field], when: str) -> None:
    """The rest of the contract's key is added up over, which not every column bears."""
    said = {field.name for field in groups}
    for name in contract.key:
        field = contract.field(name)
        codes = tuple(field.allowed or ())
        if name in said or name == when or len(codes) == 1 or name == contract.day:
            continue
        if name == "item" and contract.delivery == "snapshot":
            continue
        if contract.delivery == "snapshot":
            raise PermanentError(
                f"rows of {contract.id} are told as they are published, and without {name} "
                "several have one key",
                fix=f"--key {','.join([*said, name, 'year'])}",
            )
        if "total" in codes:
            raise PermanentError(
                f"{contract.id}.{name} has rows of a total beside their parts: added up, all "
                "would count twice",
                fix=f"take {name} into --key",
            )


def _place(contract: SourceContract, groups: Sequence[Field]) -> Field | None:
    for field in groups:
        if field.name == "tambon_code" and field.place in ("tambon", None):
            return field
    provinces = [f for f in contract.fields if f.name == "province" and f.allowed]
    return provinces[0] if contract.delivery == "snapshot" and provinces else None
