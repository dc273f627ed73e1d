"""What can be wrong with a file or a row: every code once, and how a refusal is told.

`faults.toml` has an entry a code. Nothing can be refused under a code that has none, and the pages
with the codes are written from it (`codes_page.py`). Belongs here: what is true of a code whatever
the file and its contract. Does not belong here: sentences with the words of one field
(`ingestion/fields`), and what became of a file as a whole (`judging/outcome.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingestion.errors import PermanentError

DEFECT, CRASH = "parser_defect", "parser_crash"
"""Codes of what is a defect of ours: of a row or a whole file, and of a process that ended."""

REGISTRY = Path(__file__).with_suffix(".toml")


class Words(BaseModel):
    """The same in English and Thai."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    th: str


class Code(BaseModel):
    """What is known of a code.

    Attributes
    ----------
    of: what is told under it: whole files that are refused, rows that are quarantined, or both.
    means: what is wrong. expected: what would have been right, in general; follows "expected".
    do: what an operator does, as an imperative.
    sender: must the sender act? "perhaps" where the contract may be what is wrong.
    passes: may the same source bring good bytes, or the same rows be good, without anybody's doing?
    ours: is it a defect of ours?
    tells_found: is what is found only sizes, sums and our own limits, whatever the file holds? Then
        a refusal tells it of a personal source, too. Of a row of one it is never told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    of: list[Literal["file", "row"]]
    means: Words
    expected: Words
    do: Words
    sender: Literal["yes", "perhaps", "no"]
    passes: bool = False
    ours: bool = False
    tells_found: bool = False


class UnknownCode(LookupError):
    """A code that the registry does not know, or not of that: a defect of ours."""


class Refused(Exception):
    """The whole file is refused. Raised while it is read, reported as an outcome.

    Parameters
    ----------
    code: the rule that was broken, one that `codes` knows of files.
    found: what the file holds; expected: what the rule wants; fix: what the sender can do.
    """

    def __init__(self, code: str, found: str, expected: str, fix: str) -> None:
        require(code, "file")
        self.code, self.found, self.expected, self.fix = code, found, expected, fix
        super().__init__(f"{code}: found {found}, expected {expected}; {fix}")


class RowsLost(PermanentError):
    """The count of what became of the rows is not the count of the rows. A defect of ours."""


@cache
def codes() -> Mapping[str, Code]:
    """Every code and what is known of it.

    A record of a ledger may hold one that was known once: whoever reads such uses `get`.
    """
    entries = tomllib.loads(REGISTRY.read_text("utf-8"))
    return {name: Code.model_validate(entry) for name, entry in entries.items()}


def require(code: str, of: Literal["file", "row"]) -> Code:
    """What is known of a code under which a file is refused, or a row quarantined.

    Raises
    ------
    UnknownCode: there is no such code.
    """
    known = codes().get(code)
    if known is None or of not in known.of:
        raise UnknownCode(f"no code {code!r} of a {of} in {REGISTRY.name}: say there what it means")
    return known
