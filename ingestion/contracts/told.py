"""The columns that a source has in the lake beside its fields because of its identifiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.contracts.field import Field


@dataclass(frozen=True)
class Told:
    """A column that is told from an identifier before the identifier goes."""

    name: str
    sql_type: str
    description: str


def told_from(field: Field) -> Iterator[Told]:
    """The columns that one identifier leaves beside its pseudonym, in their order in the lake."""
    words = field.identifier
    if words is None:
        return
    if words.kind == "mac":
        about = "Is the address one that the device made up (locally administered bit)?"
        yield Told(f"{field.name}_randomised", "boolean", about)
    if words.kind == "plate":
        yield Told(f"{field.name}_province", "varchar", "Province that the plate names")
    if words.overlap_hours:
        about = f"Yesterday's pseudonym, in the first {words.overlap_hours} hours of a day"
        yield Told(f"{field.name}_previous", "varchar", about)
