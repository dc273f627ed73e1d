"""What a lake remembers of the simulated city: that it holds it, at which scale, what was written.

The scale was a setting once, so that two runs could put a hundredth of the people and all of them
into one home, and nobody could tell which of its numbers to multiply.

Belongs here: the marks and their words. Does not belong here: the city itself (`city/`), and what
publication makes of the marks (`publication/simulated.py`).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from datetime import date, datetime

from pydantic import AwareDatetime, Field, model_validator

from ingestion.clock import BANGKOK
from ingestion.contracts.words import Bilingual, Words
from ingestion.deliveries.simulated.spans import Span, joined
from ingestion.deliveries.simulated.written import WrittenHistory, written_history
from ingestion.errors import PermanentError, SettingsError
from ingestion.sealed import read_sealed, seal
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, keys
from ingestion.words import months

NOTICE = Bilingual(
    th="ข้อมูลจำลองจากเมืองจำลองของระบบ ไม่ใช่ข้อมูลจริง ห้ามใช้ตัดสินใจเรื่องของเมืองจริง",
    en="Simulated data from the platform's simulated city, not real: not for decisions about the "
    "real one.",
)


class WholeHours(Words):
    """Hours in which the city was simulated at full size, whatever the scale beside them."""

    first: AwareDatetime = Field(description="their beginning")
    until: AwareDatetime = Field(description="their end, which does not belong to them")


class CityScale(Words):
    """Which share of its people and vehicles left a trace in the simulated city.

    It is that of WiFi sessions, plate reads, counts and violations. Registers, government tables,
    accidents, complaints, cases and the weather are whole at every scale: a ratio of the one to
    the other multiplies the scale in.
    """

    scale: float = Field(gt=0, le=1, description="1: all of them; 0.01: one in a hundred")
    whole: tuple[WholeHours, ...] = ()
    known: tuple[Span, ...] = Field(
        default=(), description="the days that the city told of; of others `whole` says nothing"
    )

    @model_validator(mode="before")
    @classmethod
    def _number_alone(cls, said: object) -> object:
        """A scale may be written as the number that it mostly is."""
        return {"scale": said} if isinstance(said, (int, float)) else said

    def at(self, moment: datetime) -> float:
        """The scale of what happens at a moment."""
        return 1.0 if any(h.first <= moment < h.until for h in self.whole) else self.scale

    def within(self, spans: Iterable[Span]) -> CityScale:
        """What it says of these days alone (Asia/Bangkok)."""
        days = tuple(spans)
        kept = (each for each in self.whole if any(_day_of(each) in span for span in days))
        return CityScale(scale=self.scale, whole=tuple(kept))

    def with_more(self, other: CityScale) -> CityScale:
        """The same with what another one says of other days."""
        whole = sorted({*self.whole, *other.whole}, key=lambda each: each.first)
        known = joined((*self.known, *other.known))
        return CityScale(scale=self.scale, whole=tuple(whole), known=known)

    @property
    def words(self) -> Bilingual:
        """The scale in a few words, for every row."""
        some = bool(self.whole) and self.scale < 1
        return Bilingual(
            th=f"มาตราส่วน {self.scale:g}" + (" บางชั่วโมง 1" if some else ""),
            en=f"scale {self.scale:g}" + (", in some hours 1" if some else ""),
        )

    @property
    def sentence(self) -> Bilingual:
        """The scale and what it means."""
        th, en = f"มาตราส่วนของคนและยานพาหนะ: {self.scale:g}", self._full_size("; at full size")
        if self.whole and self.scale < 1:
            th += "; เต็มขนาด (1) ช่วง " + ", ".join(map(_in_thai, self.whole))
        return Bilingual(
            th=f"{th} (ทะเบียน ตารางของหน่วยงานรัฐ และสภาพอากาศมีครบทุกมาตราส่วน)",
            en=f"Scale of its people and vehicles: {en} (registers, government tables and weather "
            "are whole at every scale).",
        )

    @property
    def told(self) -> str:
        """The scale in English, for who runs the platform."""
        return "the scale " + self._full_size(", at full size")

    def _full_size(self, introduced: str) -> str:
        hours = ", ".join(map(_in_english, self.whole))
        return f"{self.scale:g}" + (f"{introduced} (1) {hours}" if hours and self.scale < 1 else "")


class Simulation(Words):
    """What readers of a simulated home's data are told of how they came about."""

    scale: CityScale | None = Field(
        default=None, description="none where the home is older than its record"
    )
    written: WrittenHistory | None = Field(
        default=None,
        exclude_if=lambda history: history is None,
        description="what the city wrote itself, so that nobody received it",
    )

    @property
    def notice(self) -> Bilingual:
        """What they must know first."""
        told = [NOTICE, *(each.sentence for each in (self.scale, self.written) if each)]
        return Bilingual(
            th=" · ".join(each.th for each in told), en=" ".join(each.en for each in told)
        )


class Scaled(Words):
    """What models are told of the scale; none where nobody recorded it."""

    scale: float | None = None
    whole: tuple[WholeHours, ...] = ()


def scaled(told: Simulation | None) -> Scaled:
    """What models are told of a home: of a real one that all is there."""
    if told is None:
        return Scaled(scale=1)
    return Scaled(scale=told.scale.scale, whole=told.scale.whole) if told.scale else Scaled()


def simulation(lake: ObjectStore) -> Simulation | None:
    """What this lake says of its simulation; None of a real one."""
    if not is_simulated(lake):
        return None
    said = city_scale(lake)
    # Which days are known says something to the next city, and nothing to readers.
    scale = CityScale(scale=said.scale, whole=said.whole) if said else None
    return Simulation(scale=scale, written=written_history(lake))


def is_simulated(lake: ObjectStore) -> bool:
    """Did anything in this lake come from the simulated city?"""
    return lake.head(keys.SIMULATED) is not None


def mark_simulated(lake: ObjectStore, *, known: bool = False) -> None:
    """Record that this lake is the simulated city's, for good.

    Parameters
    ----------
    known: it is certain that what the lake holds already came from there.

    Raises
    ------
    PermanentError: the lake holds data of another origin, with which the city's must not be mixed.
    """
    if is_simulated(lake):
        return
    if not known and has_data(lake):
        raise PermanentError(
            f"{lake.url} holds data that are not the simulated city's",
            expected="a lake of its own for the simulated city, or an empty one",
            fix="name another home: CDP_HOME=/tmp/city make demo",
        )
    lake.put(keys.SIMULATED, f"{NOTICE.model_dump_json()}\n".encode())


def city_scale(lake: ObjectStore) -> CityScale | None:
    """The scale of the city that this lake holds; None where nobody recorded it.

    Nobody did in real homes, and in those that are older than the record.

    Raises
    ------
    Damaged: the record is not what was written.
    """
    try:
        body = lake.get(keys.CITY_SCALE)
    except KeyMissing:
        return None
    fix = "bring it back from a backup of the lake"
    return read_sealed(CityScale, body, keys.CITY_SCALE, lake.url, fix=fix)


def read_scale(text: str) -> CityScale:
    """The scale that `CDP_SIMULATED_SCALE` says: a number, or what `cdp city serve` prints.

    Raises
    ------
    SettingsError: it says none.
    """
    try:
        return CityScale.model_validate(json.loads(text))
    except ValueError:
        raise SettingsError(
            f"setting CDP_SIMULATED_SCALE holds {text!r}",
            expected="a number above 0, at most 1",
            fix="set it as cdp city serve prints it",
        ) from None


def record_scale(lake: ObjectStore, scale: CityScale) -> None:
    """Record at which scale the city tells this lake of its days; the first one that comes stays.

    Of days that were not known before, the hours at full size are noted with it. A lake that held
    its data before there was such a record is left without: nobody knows at which scale they were
    made.

    Raises
    ------
    PermanentError: the lake holds the city at another scale, or the same days at others.
    """
    said = city_scale(lake)
    if said is None and has_data(lake):
        return
    if said is None:
        with contextlib.suppress(KeyExists):  # another process was first: what it said counts
            _put(lake, scale, if_absent=True)
        said = city_scale(lake) or scale
    before, now = said.within(scale.known), scale.within(said.known)
    if before != now:
        raise PermanentError(
            f"{lake.url} holds the simulated city at {before.told}, not at {now.told}",
            expected="one scale in one home, or nobody could say what its numbers count",
            fix=f"serve the city with --scale {said.scale:g}, or name another home: CDP_HOME=…",
        )
    if (more := said.with_more(scale)) != said:
        _put(lake, more)


def _put(lake: ObjectStore, scale: CityScale, *, if_absent: bool = False) -> None:
    body = seal(scale.model_dump_json().encode())
    lake.put(keys.CITY_SCALE, body, if_absent=if_absent, content_type="application/json")


def has_data(lake: ObjectStore) -> bool:
    """Has anything come into this lake?"""
    return any(True for room in ("ledger/", "raw/") for _ in lake.list(room))


def _day_of(hours: WholeHours) -> date:
    return hours.first.astimezone(BANGKOK).date()


def _in_thai(hours: WholeHours) -> str:
    first, until = _in_phuket(hours)
    day = f"{first.day} {months.THAI[first.month - 1]} {first.year + 543}"
    return f"{day} {first:%H:%M}–{until:%H:%M} น."


def _in_english(hours: WholeHours) -> str:
    first, until = _in_phuket(hours)
    day = f"{first.day} {months.ENGLISH[first.month - 1]} {first.year}"
    return f"on {day} {first:%H:%M}–{until:%H:%M}"


def _in_phuket(hours: WholeHours) -> tuple[datetime, datetime]:
    return hours.first.astimezone(BANGKOK), hours.until.astimezone(BANGKOK)
