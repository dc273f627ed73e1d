"""What every part of a contract is made of, and the small words that many parts share.

Belongs here: the base of the models. Does not belong here: the words themselves (`source.py`,
`field.py`, `fetching.py`, `formats.py`), and what they must be to each other, which the floors
above say (`ingestion/fields/`, `ingestion/sources/rules.py`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, model_validator

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
Domain = Literal[
    "tourism", "safety", "environment", "governance", "economy", "healthcare", "education"
]


class Words(BaseModel):
    """Base of every part of a contract: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Checked(Words):
    """Base of the parts whose words must fit together.

    The rules stand on floors above this one, so they come in with the validation: without them
    none is made, and nobody can hold a contract that was not checked.
    """

    @model_validator(mode="after")
    def _words_fit_together(self, info: ValidationInfo) -> Self:
        if not callable(info.context):
            raise TypeError("made without its rules; ingestion.sources.checked makes contracts")
        for problem in info.context(self):
            raise ValueError(problem)
        return self


class Bilingual(Words):
    """A text for people, in Thai and English."""

    th: str
    en: str
