"""What is found out about the shape of a sample: its format's words and its columns.

Does not belong here: finding it out (`layout.py`, `stored.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingestion.errors import PermanentError


class SampleUnclear(PermanentError):
    """No contract can be drafted from this file."""


@dataclass(frozen=True)
class Column:
    """One column of the sample.

    `kind` is `text` where the format says nothing of types, else a field type of contracts.
    """

    name: str
    kind: str = "text"
    zoned: bool = True
    """Of a timestamp with a stored type: does it know its zone?"""


@dataclass(frozen=True)
class Layout:
    """What `format` says of the sample, why, and which columns there are."""

    words: Mapping[str, object]
    columns: tuple[Column, ...]
    why: Mapping[str, str] = field(default_factory=dict)
