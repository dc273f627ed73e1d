"""What may be said of a file of a personal source: counts, codes and places, never a value.

A name of a column may be a value, too: a file without its header shows its first person there.
Does not belong here: hiding what looks personal in messages of other sources
(`ingestion/privacy/personal.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused, require
from ingestion.judging.outcome import QuarantinedRow
from ingestion.privacy.personal import HIDDEN


def without_dropped(contract: SourceContract) -> SourceContract:
    """The contract as if it had never heard of the fields that are dropped.

    To a reader they are columns that nobody knows, and of a personal source those are not kept.
    """
    kept = tuple(field for field in contract.fields if field.sensitivity != "drop")
    return contract.model_copy(update={"fields": kept})


def refusal(contract: SourceContract, refused: Refused) -> str:
    """The message of a refusal."""
    if not contract.personal or require(refused.code, "file").tells_found:
        return f"found {refused.found}, expected {refused.expected}; {refused.fix}"
    return (
        f"found {HIDDEN}, expected {refused.expected}; ask the sender, who may look at the file "
        "where it came from"
    )


def new_columns(contract: SourceContract, found: dict[str, str]) -> dict[str, str]:
    """Columns that the contract does not know, and where each was seen, as far as it may be told.

    Names as they are of an open source; none of a personal one, which keeps no such column.
    """
    return {} if contract.personal else found


def unknown_names(full: SourceContract, found: Iterable[str]) -> list[str]:
    """The names that no field of a contract declares, not even one that is dropped.

    A field may be dropped from inside another member, which then comes as a whole.
    """
    dropped = [f.column.casefold() for f in full.fields if f.sensitivity == "drop"]
    return [name for name in found if not any(_meet(name.casefold(), each) for each in dropped)]


def _meet(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def unkept_warning(contract: SourceContract, full: SourceContract, found: dict[str, str]) -> str:
    """How many columns of a personal source were not kept although nothing declares them."""
    unknown = unknown_names(full, found)
    if not contract.personal or not unknown:
        return ""
    return f"{len(unknown)} columns that the contract does not know; not kept (personal source)"


def quarantined_row(line: QuarantinedRow, contract: SourceContract) -> QuarantinedRow:
    """A quarantined row of a personal source, as it may be kept.

    What would have been right is told in general: the closest place, or a year less 543, tells what
    was written; the bounds of a case tell which case it is.
    """
    known = {name for f in contract.fields for name in (f.name, f.column)}
    columns = [name for name in line.column.split(", ") if name in known]
    return line.model_copy(
        update={
            "column": ", ".join(columns),
            "expected": require(line.code, "row").expected.en,
            "found": HIDDEN,
            "raw": HIDDEN,
        }
    )
