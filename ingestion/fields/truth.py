"""Truth values: true and false, and the spellings that a source has for them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found
from ingestion.fields.kind import Cast, Kind, Look, Wrong
from ingestion.fields.text import Allowed, spelled, twice_spelled

_USUAL: Allowed = {"true": ("true",), "false": ("false",)}


class Truth(Kind):
    """True or false."""

    called = "booleans"
    words = frozenset({"allowed"})
    seen = frozenset({"thai_digits"})

    def problems(self, field: Field) -> Iterator[str]:
        if field.allowed is None:
            return
        if set(field.allowed) - {"true", "false"}:
            yield "allowed of a boolean has the values true and false"
        yield from twice_spelled(field.allowed)

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        words = spelled(field.allowed or _USUAL)
        value = f"(case lower({x}) {words} end)::boolean"
        unknown = ((f"{v} is null", "value_unknown"),)
        return Cast(value, unknown, spelling="{text} in ('true', 'false')")

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        return Look(glance.each_distinct(_truth))

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        if code == "value_unknown":
            return "one of " + ", ".join(field.allowed or _USUAL)
        return super().expected(field, code, wrong)


def _truth(cells: pa.StringArray) -> Found:
    """The words true and false."""
    known = pc.is_in(cells, pa.array(list(_USUAL))).to_numpy(zero_copy_only=False)
    return glance.converted(cells, known, pa.bool_())
