"""The figures of a draft: which numbers of the source are told, and how they are put together.

Does not belong here: the key, and what is no draft at all (`plan.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingestion.contracts import SourceContract
from ingestion.contracts.field import Field
from ingestion.errors import PermanentError
from ingestion.words.closest import closest

How = Literal["sum", "mean", "max", "told"]
_COORDINATES = {"latitude", "longitude"}


@dataclass(frozen=True)
class Figure:
    """A number that the product tells, and how it comes from the field of the source."""

    field: Field
    how: How

    @property
    def name(self) -> str:
        """The column of the product."""
        return f"{self.how}_{self.field.name}" if self.how in ("mean", "max") else self.field.name

    @property
    def is_whole(self) -> bool:
        """Is it a whole number?"""
        return self.field.type == "integer" and self.how != "mean"

    @property
    def reason(self) -> str:
        """The column of the source that says why there is no value; empty where there is none."""
        return f"{self.field.name}_reason" if self.field.no_value is not None else ""

    @property
    def may_be_empty(self) -> bool:
        """May a row of the source be without it?"""
        return not self.field.required or bool(self.reason)


def figures_of(
    contract: SourceContract, measures: Sequence[str], taken: set[str]
) -> Iterable[Figure]:
    """The numbers that are told: those that are named, or all with a unit.

    Parameters
    ----------
    measures: fields of the contract, `name` or `name:sum|mean|max`.
    taken: the fields of the key.

    Raises
    ------
    PermanentError: a measure is none.
    """
    if not measures:
        measures = [
            field.name
            for field in contract.fields
            if field.type in ("integer", "number")
            and field.unit
            and field.sensitivity == "public"
            and field.name not in taken | _COORDINATES | set(contract.key)
        ]
    if not measures:
        raise PermanentError(
            f"{contract.id} has no number with a unit",
            fix="name what is told with --measure, or say the unit in the contract",
        )
    for each in dict.fromkeys(measures):
        name, _, said = each.partition(":")
        field = field_named(contract, name)
        if field.type not in ("integer", "number") or not field.unit or name in taken:
            raise PermanentError(
                f"{contract.id}.{name} is no figure",
                expected="a number outside the key, whose contract says its unit",
                fix="leave it out of --measure, or say its unit in the contract",
            )
        yield Figure(field, _how(contract, field, said))


def _how(contract: SourceContract, field: Field, said: str) -> How:
    if contract.delivery == "snapshot":
        if said:
            raise PermanentError(
                f"{field.name}:{said}: rows of a snapshot are told as they are",
                fix=f"--measure {field.name}",
            )
        return "told"
    match said:
        case "sum" | "mean" | "max":
            return said
        case "":
            return "sum" if field.type == "integer" else "mean"
    raise PermanentError(f"{field.name}:{said}", expected="sum, mean or max behind the colon")


def field_named(contract: SourceContract, name: str) -> Field:
    """A field of the contract that may be told.

    Raises
    ------
    PermanentError: there is none of that name, or it is not public.
    """
    open_ones = {f.name: f for f in contract.fields if f.sensitivity == "public"}
    if name not in open_ones:
        near = closest(name, open_ones)
        hidden = any(field.name == name for field in contract.fields)
        what = "is not public" if hidden else "is no field"
        raise PermanentError(
            f"{name} {what} of the contract {contract.id}",
            expected=f"of {', '.join(open_ones)}",
            fix=f"did you mean {near}?" if near else "correct --key or --measure",
        )
    return open_ones[name]
