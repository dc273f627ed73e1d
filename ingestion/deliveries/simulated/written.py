"""Which days of a home's history the city wrote into its lake, so that nobody ever received them.

Belongs here: the mark, and what it forbids. Does not belong here: writing a day (`writing.py`).
"""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from ingestion.contracts.words import Bilingual, Words
from ingestion.deliveries.simulated.spans import Span, joined
from ingestion.errors import PermanentError
from ingestion.sealed import read_sealed, seal
from ingestion.storage import KeyMissing, ObjectStore, keys
from ingestion.words import months

ORIGIN = "city history"
"""Where deliveries came from that never came."""


class WrittenHistory(Words):
    """Which city wrote, and of each source the days that it wrote.

    What wears out in a city counts its days, and what breaks in it its weeks: of two cities that
    begin on different days one day has different rows.
    """

    seed: int
    begins: date = Field(description="the first day of the city")
    sources: dict[str, tuple[Span, ...]] = Field(default_factory=dict)

    def with_day(self, source: str, day: date) -> WrittenHistory:
        """The same and one more day."""
        spans = (*self.sources.get(source, ()), Span(first=day, last=day))
        sources = dict(sorted({**self.sources, source: joined(spans)}.items()))
        return self.model_copy(update={"sources": sources})

    @property
    def first(self) -> date:
        """The first day of any source."""
        return min(spans[0].first for spans in self.sources.values())

    @property
    def last(self) -> date:
        """The last day of any source."""
        return max(spans[-1].last for spans in self.sources.values())

    @property
    def sentence(self) -> Bilingual:
        """What readers are told of it."""
        first, last = self.first, self.last
        th = [f"{d.day} {months.THAI[d.month - 1]} {d.year + 543}" for d in (first, last)]
        en = [f"{d.day} {months.ENGLISH[d.month - 1]} {d.year}" for d in (first, last)]
        count = len(self.sources)
        noun = "source" if count == 1 else "sources"
        return Bilingual(
            th=f"ข้อมูลย้อนหลังของ {count} แหล่งข้อมูล ตั้งแต่ {th[0]} ถึง {th[1]} "
            "เมืองจำลองเขียนลงที่เก็บข้อมูลภายในโดยตรง ไม่ได้รับจากผู้ส่ง",
            en=f"The history of {count} {noun}, from {en[0]} to {en[1]}, was written by the "
            "simulated city and not received from a sender.",
        )


def written_history(lake: ObjectStore) -> WrittenHistory | None:
    """What was written into this lake; None where all that it holds was received.

    Raises
    ------
    Damaged: the mark is not what was written.
    """
    try:
        body = lake.get(keys.WRITTEN_HISTORY)
    except KeyMissing:
        return None
    fix = "bring it back from a backup of the lake"
    return read_sealed(WrittenHistory, body, keys.WRITTEN_HISTORY, lake.url, fix=fix)


def note_written(lake: ObjectStore, source: str, day: date, *, seed: int, begins: date) -> None:
    """Mark the lake: this day of a source is written from now on, and will not be received.

    Before the day's rows, so that none is ever there without the mark.

    Parameters
    ----------
    seed, begins: of the city, and its first day.
    """
    known = written_history(lake)
    now = (known or WrittenHistory(seed=seed, begins=begins)).with_day(source, day)
    if now != known:
        body = seal(now.model_dump_json().encode())
        lake.put(keys.WRITTEN_HISTORY, body, content_type="application/json")


def refuse_another_city(lake: ObjectStore, seed: int, begins: date | None = None) -> None:
    """See that the city that wrote is the one that goes on.

    Parameters
    ----------
    begins: its first day, where it writes more itself.

    Raises
    ------
    PermanentError: it is another one.
    """
    history = written_history(lake)
    if history and seed != history.seed:
        raise PermanentError(
            f"the history of {lake.url} was written by the city of seed {history.seed}, not {seed}",
            expected="one city in one home",
            fix=f"--seed {history.seed}, or name another home: CDP_HOME=…",
        )
    if history and begins and begins != history.begins:
        raise PermanentError(
            f"the history of {lake.url} begins on {history.begins}, and one that begins on "
            f"{begins} would be another city's: what wears out in it counts its days",
            expected=f"days from {history.begins} on",
            fix="write all of it into another home: CDP_HOME=…",
        )


def refuse_served_again(lake: ObjectStore, first_day: date) -> None:
    """See that a city that begins on a day serves nothing that was written.

    Raises
    ------
    PermanentError: its rows would be there twice.
    """
    history = written_history(lake)
    if history is None or history.last < first_day:
        return
    after = history.last + timedelta(days=1)
    raise PermanentError(
        f"the history of {lake.url} was written until {history.last}, and a city that begins on "
        f"{first_day} would send some of it again",
        expected="a city whose days come after it",
        fix=f"cdp city serve --first-day {after}, or name another home: CDP_HOME=…",
    )
