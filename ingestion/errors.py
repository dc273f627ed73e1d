"""Failures that a person must understand: what happened, where, what was expected, what to do.

Every error that the platform raises on purpose is a `CdpError`. Two kinds decide what a caller
does next: a `TransientError` may pass when tried again (bounded), a `PermanentError` will not.
"""

from __future__ import annotations


class CdpError(Exception):
    """A failure with its remedy.

    Parameters
    ----------
    what: what happened, in one sentence, naming the thing (file, key, setting, source).
    expected: what would have been right; empty where nothing can be said.
    fix: what the reader should do next; empty where nothing can be said.
    """

    def __init__(self, what: str, *, expected: str = "", fix: str = "") -> None:
        self.what = what
        self.expected = expected
        self.fix = fix
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole failure in one line: what; expected …; to do."""
        parts = [self.what]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.fix:
            parts.append(self.fix)
        return "; ".join(parts)


class TransientError(CdpError):
    """May pass when tried again: a time-out, a busy server, a broken connection."""


class PermanentError(CdpError):
    """Will not pass when tried again: a wrong setting, a refused file, a missing bucket."""


class PrivacyFailure(PermanentError):
    """What hides people in a source cannot be used: that source stops, and no other does."""


class SettingsError(PermanentError):
    """A setting is missing, malformed, or points at something that is not there."""
