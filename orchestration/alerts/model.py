"""What warnings are made of: rows of risk, what is known of a place, what happened there.

Belongs here: values, and what must be true of each by itself. Does not belong here: what follows
from them (`evaluating.py`), who is told (`duty.py`), and how it reads (`wording.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

LONGEST = timedelta(days=1)
"""No nowcast holds for longer: a wrong time would keep silence from being noticed."""
Level = Annotated[int, Field(ge=0, le=3)]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,8}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
"""What is warned of, such as `flood`."""
What = Literal["rises", "falls", "solved", "unknown", "known"]
"""What happened to the risk of a place."""


class Value(BaseModel):
    """Base of all of them: nothing changes, nothing unknown is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Risk(Value):
    """A row of a nowcast: the risk of a place, and until when that may be believed.

    Attributes
    ----------
    risk: 0 to 3; None when the inputs do not tell, which is never the same as 0.
    reasons: codes of why, the weightiest first; their words stand in `words/<kind>/reasons.yaml`.
    observed_at: the newest reading that it rests on. Without a risk there may be none.
    valid_until: from then on the risk is unknown.
    """

    place: PlaceCode
    name_th: str
    name_en: str
    risk: Level | None
    reasons: tuple[str, ...] = ()
    observed_at: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _a_risk_has_its_times(self) -> Self:
        if self.risk is None:
            return self
        if self.observed_at is None or self.valid_until is None:
            raise ValueError(f"the risk of {self.place} has no observed_at or no valid_until")
        if not timedelta() < self.valid_until - self.observed_at <= LONGEST:
            raise ValueError(
                f"the risk of {self.place} ends before it was observed, or more than a day later"
            )
        return self


class Place(Value):
    """What is known of a place, kept from one evaluation to the next.

    Attributes
    ----------
    level: the last risk that was known. It stays while the risk is unknown.
    since: since when the risk is above 0 without a break; None while it is not.
    unknown_since: since when nothing is known; None while something is.
    unknown_told: was that told?
    """

    name_th: str
    name_en: str
    level: Level = 0
    reasons: tuple[str, ...] = ()
    observed_at: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    since: AwareDatetime | None = None
    unknown_since: AwareDatetime | None = None
    unknown_told: bool = False


class Concerned(Value):
    """A place that an event is about, and the last known risk there."""

    code: PlaceCode
    name_th: str
    name_en: str
    level: Level


class Event(Value):
    """Something that people are told, once.

    Attributes
    ----------
    id: its name for ever; given when it is recorded.
    places: one, unless it is about what is known at all.
    at: when it was noticed. observed_at: when it was so. since: when the episode began.
    """

    id: str = ""
    what: What
    places: Annotated[tuple[Concerned, ...], Field(min_length=1)]
    at: AwareDatetime
    before: Level = 0
    reasons: tuple[str, ...] = ()
    observed_at: AwareDatetime | None = None
    since: AwareDatetime | None = None
