"""The words of a contract about identifiers of persons, vehicles and devices, and their rules.

Does not belong here: what is done with an identifier (`ingestion/privacy/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from ingestion.contracts.meanings import mentioned
from ingestion.contracts.told import told_from
from ingestion.contracts.words import Words

if TYPE_CHECKING:
    from ingestion.contracts.model import Field, SourceContract

Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]


class Identifying(Words):
    """How an identifier becomes a pseudonym before anything is stored."""

    kind: Literal["mac", "plate", "text"] = Key(
        description="how it is spelled: a hardware address, a Thai vehicle plate, or any text"
    )
    purpose: Purpose = Key(
        description="what it is collected for, such as wifi or lpr; sources of one purpose share "
        "keys, and so pseudonyms; two purposes can never be joined"
    )
    period: Literal["day", "month"] = Key(
        description="how long a pseudonym stays the same, in Asia/Bangkok; its key is destroyed "
        "48 hours (day) or 7 days (month) after the end"
    )
    overlap_hours: int = Key(
        default=0,
        ge=0,
        le=6,
        description="rows of so many hours after midnight also get yesterday's pseudonym, as "
        "<field>_previous, so that a trip across midnight can be matched",
    )
    province: str | None = Key(
        default=None, description="of a plate: the field with its province, if not in the plate"
    )


def identifying_problems(field: Field) -> Iterator[str]:
    """Why what a field says of its privacy does not fit together; nothing when it does."""
    words = field.identifier
    if (field.sensitivity == "identifier") != (words is not None):
        yield "sensitivity: identifier and the key identifier go together"
    if words is None:
        return
    if field.type != "string":
        yield f"an identifier is a string, not a {field.type}"
    if field.pattern is not None or field.allowed is not None:
        yield "an identifier has no pattern and no allowed values: its kind says what is right"
    if words.overlap_hours and words.period != "day":
        yield "overlap_hours is for pseudonyms of a day"
    if words.province is not None and words.kind != "plate":
        yield f"province is for plates, not for kind {words.kind}"


def privacy_problems(contract: SourceContract) -> Iterator[str]:
    """Why what a contract says of privacy does not fit together; nothing when it does."""
    names = {field.name for field in contract.fields}
    for field in contract.fields:
        place = f"field {field.name}"
        hidden = field.sensitivity in ("identifier", "drop")
        if hidden and contract.classification != "personal":
            yield f"{place}: sensitivity {field.sensitivity} needs classification: personal"
        if field.sensitivity == "drop" and field.name in _needed(contract):
            yield f"{place}: another part of the contract needs it, so it cannot be dropped"
        if field.identifier is None:
            continue
        kinds = {f.name: f.type for f in contract.fields}
        if field.identifier.overlap_hours and kinds.get(contract.day or "") != "timestamp":
            yield f"{place}: overlap_hours needs a day that is a timestamp"
        if field.identifier.province not in (None, *names):
            yield f"{place}: no field is named {field.identifier.province!r}"
        for told in told_from(field):
            if told.name in names:
                yield f"the field {told.name} would hide what is told from {field.name}; rename it"
    if contract.strip and not contract.format.type.startswith("json"):
        yield f"strip is for JSON; of a {contract.format.type} file drop the column"


def _needed(contract: SourceContract) -> set[str]:
    """Fields that the contract cannot do without."""
    needed = {*contract.key, contract.day or "", contract.issued or "", *contract.constants}
    for take in contract.unpivot:
        needed |= {*take.take, *take.set}
    needed |= {name for _, name in mentioned(contract)}
    for field in contract.fields:
        if field.by:
            needed |= {field.by.column, field.by.unit_column or ""}
        if field.identifier and field.identifier.province:
            needed.add(field.identifier.province)
    return needed
