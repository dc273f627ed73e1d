"""What every kind of field says of itself: words, their rules, its cast, its look, its sentences.

Belongs here: the questions that a kind answers, and the words that are alike for all kinds because
the common layer does them (`query.py`, `rows.py`). Does not belong here: any one kind, which has a
file of its own, and which field is of which kind (`__init__.py`).

A kind lists the words that it understands. A word that is missing in a list is refused, or keeps
the field from the fast look: forgetting one costs time and never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import pyarrow as pa

from ingestion.contracts.field import Case, Field
from ingestion.contracts.source import SourceContract
from ingestion.contracts.words import Words
from ingestion.faults import require
from ingestion.fields.glance import Found
from ingestion.words.column_bytes import Mask

COMMON = frozenset(
    {"name", "source", "joined", "type", "description", "unit", "required", "may_be_absent"}
    | {"missing", "quarantine", "sensitivity", "identifier"}
)
"""Words that mean the same for every kind, in its casts and at a glance."""
COMMON_TO_CASTS = COMMON | {"part", "thai_digits"}
"""Words that the common layer does for every cast; at a glance a kind must know them itself."""


@dataclass(frozen=True)
class Cast:
    """How the text of one field becomes its value.

    Attributes
    ----------
    value: SQL of the value, null where the text says none.
    checks: SQL conditions over text and value, with the code of the first that holds.
    parts: columns that `value` needs, name to SQL over the text.
    number: SQL of the number as it was written, null where the text is none.
    spelling: SQL over `{text}` and `{value}`: is the text as we would spell that value?
    """

    value: str
    checks: tuple[tuple[str, str], ...] = ()
    parts: dict[str, str] = field(default_factory=dict)
    spelling: str = "{text} = trim({text})"
    number: str = "null::double"


def _as_it_is(found: Found) -> Found:
    return found


def _nothing_broken(values: pa.Array, now: datetime) -> Mask | bool:
    return False


@dataclass(frozen=True)
class Look:
    """How the cells of one field are read at a glance, a whole column at once.

    Attributes
    ----------
    texts: what is sure of texts; where `beside` names a field, its texts come second.
    stored: what is sure of cells that a file stores as what they are, as Parquet does.
    meant: what was found, in the unit of the contract.
    broken: which values break a rule of the field, at an instant of our clock.
    crossed: which break a rule that another field of the row selects, from all values by field.
    """

    texts: Callable[..., Found]
    stored: Callable[[pa.Array], Found] | None = None
    meant: Callable[[Found], Found] = _as_it_is
    broken: Callable[[pa.Array, datetime], Mask | bool] = _nothing_broken
    crossed: Callable[[pa.Array, Mapping[str, pa.Array]], Mask] | None = None
    beside: str = ""


@dataclass(frozen=True)
class Wrong:
    """A value that broke a rule: its text, folded, our clock, and the rules of its case."""

    text: str
    now: datetime
    case: Case | None = None


@dataclass(frozen=True)
class Told:
    """A column that is told from an identifier before the identifier goes."""

    name: str
    sql_type: str
    description: str


class Kind:
    """One kind of field. Every kind has words, rules and a cast; some have a fast look."""

    called: ClassVar[str]
    """What such fields are called in a sentence: `dates`."""
    one: ClassVar[str] = ""
    """What one is called where the type does not say it: `a place`."""
    words: ClassVar[frozenset[str]] = frozenset()
    """Beside the common ones, the words that its rules and its cast understand."""
    seen: ClassVar[frozenset[str]] = frozenset()
    """Beside the common ones, the words that its look understands."""
    refusals: ClassVar[Mapping[str, str]] = {}
    """What is said of a word that does not fit, where this kind knows better."""

    def problems(self, field: Field) -> Iterator[str]:
        """Why the words of one field do not fit together; all are words of this kind."""
        yield from ()

    def mentions(self, field: Field) -> Iterator[tuple[str, str]]:
        """The word and the name of every other field that this one names."""
        yield from ()

    def clashes(self, field: Field, contract: SourceContract) -> Iterator[str]:
        """Why its words do not fit to the other fields; those it mentions are there."""
        yield from ()

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        """The cast over the columns `x` (the text) and `v` (the value)."""
        raise NotImplementedError

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        """The fast look at cells of a field that sets no word but those seen; None: it has none."""
        return None

    def told(self, field: Field) -> Iterator[Told]:
        """The columns that stand beside the field in the lake, in their order."""
        yield from ()

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        """What would have been right, where a value broke the rule `code`, in the field's words."""
        return require(code, "row").expected.en


def said(part: Words) -> frozenset[str]:
    """The words that a part of a contract sets: those that are not as they are where unwritten."""
    words = type(part).model_fields.items()
    return frozenset(
        word
        for word, declared in words
        if getattr(part, word) != declared.get_default(call_default_factory=True)
    )
