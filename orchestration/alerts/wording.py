"""The words of warnings, from files: one for each event of each kind, in Thai and English.

Belongs here: reading them, and refusing what would fail or say less in one language when somebody
has to be warned. Does not belong here: putting words and facts together (`messages.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Self, TypeVar, get_args

import yaml
from pydantic import Field, ValidationError, model_validator

from ingestion.contracts.words import Bilingual, Words
from ingestion.errors import PermanentError
from ingestion.words.closest import did_you_mean
from ingestion.words.strict_yaml import read_yaml, yaml_problem
from orchestration.alerts.model import Level, What

WORDS = Path(__file__).parent / "words"
_OF_ONE = frozenset({"place", "level", "before", "reasons", "advice", "observed", "since"})
_OF_MANY = frozenset({"places", "short", "since"})
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("rises", "falls", "solved"), _OF_ONE),
    **dict.fromkeys(("unknown", "known"), _OF_MANY),
    "public": frozenset({"place", "level", "reasons", "advice", "since"}),
    "frame": frozenset({"link", "subject", "place", "level", "count", "code"}),
    "": frozenset(),
}
_THAI = re.compile(r"[\u0e01-\u0e2e]")


class WordsError(PermanentError):
    """A file of words cannot be used as it is written."""


class EventWords(Words):
    """What is said of one event: its subject, and four parts that a message consists of."""

    event: What
    subject: Bilingual
    what: Bilingual
    why: Bilingual
    next_step: Bilingual

    @model_validator(mode="after")
    def _say_where_and_why(self) -> Self:
        place = "places" if self.event in ("unknown", "known") else "place"
        due = [("what", self.what, place)]
        if self.event in ("rises", "falls"):
            due += [("what", self.what, "level"), ("why", self.why, "reasons")]
            due += [("next_step", self.next_step, "advice")]
        for name, words, placeholder in due:
            if placeholder not in placeholders(words.th):
                raise ValueError(f"{name} of {self.event} does not say {{{placeholder}}}")
        return self


class LevelWords(Words):
    """A level of risk: its name, and what to do."""

    name: Bilingual
    duty: Bilingual
    citizens: Bilingual


class PublicWords(Words):
    """What the public reads in one state of a place."""

    headline: Bilingual
    description: Bilingual
    instruction: Bilingual


class Public(Words):
    """All that the public reads."""

    event: Bilingual
    sender: Bilingual
    index: Bilingual
    area: Bilingual
    test_note: Bilingual
    warned: PublicWords
    unknown: PublicWords
    over: PublicWords


class Frame(Words):
    """What surrounds every message."""

    link: Bilingual
    test_subject: Bilingual
    test_text: Bilingual
    simulated_subject: Bilingual
    last_known: Bilingual
    now_known: Bilingual
    and_more: Bilingual
    no_reason: Bilingual
    unworded_reason: Bilingual


class Wording(Words):
    """All words of one kind of warning."""

    events: dict[What, EventWords]
    levels: dict[Level, LevelWords]
    reasons: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Bilingual]
    public: Public
    frame: Frame

    def unworded(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The codes of reasons for which there are no words."""
        return tuple(code for code in codes if code not in self.reasons)


@cache
def read_wording(kind: str, root: Path = WORDS) -> Wording:
    """The words of a kind, all of them.

    Raises
    ------
    WordsError: a file is missing or malformed, a language is missing or says less than the other,
        or a placeholder is not known.
    """
    folder = root / kind
    levels = _read(folder / "levels.yaml", _Levels, "")
    return Wording(
        events={
            event: _read(folder / f"{event}.yaml", EventWords, event) for event in get_args(What)
        },
        levels={int(number): words for number, words in levels.words.items()},
        reasons=_read(folder / "reasons.yaml", _Reasons, "").words,
        public=_read(folder / "public.yaml", Public, "public"),
        frame=_read(root / "frame.yaml", Frame, "frame"),
    )


def placeholders(text: str) -> set[str]:
    """The names of what is filled into a text.

    Raises
    ------
    ValueError: it holds more than plain names in braces.
    """
    found = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is no plain name in braces")
        found.add(name)
    return found


class _Levels(Words):
    words: dict[Level, LevelWords]

    @model_validator(mode="after")
    def _every_level_has_words(self) -> Self:
        if sorted(self.words) != [0, 1, 2, 3]:
            raise ValueError(f"there are words of the levels {sorted(self.words)}, not of 0 to 3")
        return self


class _Reasons(Words):
    words: dict[str, Bilingual]


_Read = TypeVar("_Read", bound=Words)


def _read(path: Path, model: type[_Read], allowed: str) -> _Read:
    try:
        written = read_yaml(path.read_bytes().decode())
    except (OSError, UnicodeDecodeError) as error:
        raise WordsError(f"the words {path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise WordsError(f"the words {path} are not YAML: {yaml_problem(error)}") from None
    try:
        read = model.model_validate({"words": written} if model in (_Levels, _Reasons) else written)
        for place, words in _bilingual(read):
            _check(place, words, PLACEHOLDERS[allowed])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise WordsError(f"the words {path}: {place}: {first['msg']}") from None
    except ValueError as error:
        raise WordsError(f"the words {path}: {error}") from None
    return read


def _bilingual(part: object, place: str = "") -> Iterator[tuple[str, Bilingual]]:
    if isinstance(part, Bilingual):
        yield place, part
    elif isinstance(part, Words):
        for name in type(part).model_fields:
            yield from _bilingual(getattr(part, name), f"{place}.{name}".lstrip("."))
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from _bilingual(inner, f"{place}.{name}".lstrip("."))


def _check(place: str, words: Bilingual, allowed: frozenset[str]) -> None:
    th, en = placeholders(words.th), placeholders(words.en)
    for name in sorted(th | en):
        if name not in allowed:
            raise ValueError(
                f"{place}: there is no {{{name}}}{did_you_mean(name, sorted(allowed))}"
            )
    if th != en:
        alone = ", ".join(sorted(th ^ en))
        raise ValueError(f"{place}: one language says {alone}, and the other does not")
    bare = re.sub(r"\{\w+\}", "", words.th)
    if not words.en.strip() or not words.th.strip():
        raise ValueError(f"{place}: a language is missing")
    if re.search(r"\w", bare) and not _THAI.search(bare):
        raise ValueError(f"{place}: the Thai text is not Thai")
