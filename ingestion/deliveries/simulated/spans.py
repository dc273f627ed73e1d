"""Days without a gap, and many of them in as few spans as can be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ingestion.contracts.words import Words


class Span(Words):
    """From one day to another, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days in as few spans as can be, in order."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.first):
        if found and span.first <= found[-1].last + timedelta(days=1):
            found[-1] = Span(first=found[-1].first, last=max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)
