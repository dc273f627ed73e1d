"""What can be wrong with a file: how a refusal is told, and the codes of our own defects.

Does not belong here: what became of a file as a whole (`judging/outcome.py`).
"""

from __future__ import annotations

from ingestion.errors import PermanentError

DEFECT, CRASH = "parser_defect", "parser_crash"
"""Codes of what is a defect of ours: of a row or a whole file, and of a process that ended."""


class Refused(Exception):
    """The whole file is refused. Raised while it is read, reported as an outcome.

    Parameters
    ----------
    code: short word of the rule that was broken.
    found: what the file holds; expected: what the rule wants; fix: what the sender can do.
    """

    def __init__(self, code: str, found: str, expected: str, fix: str) -> None:
        self.code, self.found, self.expected, self.fix = code, found, expected, fix
        super().__init__(f"{code}: found {found}, expected {expected}; {fix}")


class RowsLost(PermanentError):
    """The count of what became of the rows is not the count of the rows. A defect of ours."""
