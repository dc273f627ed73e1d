"""The duty list: who is told of what, in which language, by which channel.

It is a file of the home, never of this repository: it names people. A list that cannot be used is
refused with the line and what was expected; what happens meanwhile is told once it can be. Does not
belong here: how a channel sends (`channels/`), and its settings (`ingestion/alert_settings.py`).
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from ingestion.contracts.words import Identifier
from ingestion.errors import PermanentError
from ingestion.places import spellings
from ingestion.words.closest import closest
from ingestion.words.strict_yaml import read_yaml, yaml_problem
from orchestration.alerts.model import Event, Kind, PlaceCode, Value, What

_LINE_ID = re.compile(r"[UCR][0-9a-f]{32}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST_AT_ONCE = 500
"""As many users as LINE takes in one multicast."""
_EVENTS: tuple[What, ...] = ("rises", "falls", "solved", "unknown", "known")
Language = Literal["th", "en"]


class DutyListError(PermanentError):
    """The duty list cannot be used as it is written."""


class OnDuty(Value):
    """One entry of the list: a person, a room or a program.

    Attributes
    ----------
    id: its name in records and reports, where no address stands.
    to: users, one group or one room of LINE; addresses of e-mail; one address of a webhook.
    kinds, events: of what it is told. places: codes of tambon, or of the amphoe that they are in;
        all when empty.
    """

    id: Identifier
    channel: Literal["line", "email", "webhook"]
    to: Annotated[
        tuple[Annotated[str, StringConstraints(strip_whitespace=True)], ...], Field(min_length=1)
    ]
    language: Language = "th"
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = ("flood",)
    events: Annotated[tuple[What, ...], Field(min_length=1)] = _EVENTS
    places: tuple[PlaceCode, ...] = ()

    @model_validator(mode="after")
    def _addresses_are_of_the_channel(self) -> Self:
        problem = {"line": _line, "email": _email, "webhook": _webhook}[self.channel](self.to)
        if problem:
            raise ValueError(problem)
        if len(set(self.to)) < len(self.to):
            raise ValueError("the same address stands twice under to")
        if unknown := [code for code in self.places if code not in _places()]:
            raise ValueError(f"no province, amphoe or tambon of Phuket has the code {unknown[0]}")
        return self

    def concerned(self, kind: str, event: Event) -> Event | None:
        """What of an event this entry is told; None when it is nothing to it."""
        if kind not in self.kinds or event.what not in self.events:
            return None
        places = tuple(each for each in event.places if self._watches(each.code))
        return event.model_copy(update={"places": places}) if places else None

    def _watches(self, code: str) -> bool:
        return not self.places or code.startswith(self.places)


class DutyList(Value):
    """All entries."""

    duty: tuple[OnDuty, ...] = ()

    @model_validator(mode="after")
    def _an_id_stands_once(self) -> Self:
        names = [each.id for each in self.duty]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two entries have the id {twice[0]}")
        return self

    def find(self, name: str) -> OnDuty | None:
        """The entry with an id."""
        return next((each for each in self.duty if each.id == name), None)


def read_duty_list(path: Path) -> DutyList:
    """The list in a file; an empty one where there is no file.

    Raises
    ------
    DutyListError: it cannot be read, or something in it is wrong. No address is told.
    """
    try:
        written = read_yaml(path.read_bytes().decode())
    except FileNotFoundError:
        return DutyList()
    except OSError as error:
        raise DutyListError(f"the duty list {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DutyListError(
            f"the duty list {path} is not UTF-8 at byte {error.start}", fix="save it as UTF-8"
        ) from None
    except yaml.YAMLError as error:
        raise DutyListError(f"the duty list {path} is not YAML: {yaml_problem(error)}") from None
    try:
        return DutyList.model_validate(written if written is not None else {})
    except ValidationError as error:
        raise DutyListError(
            f"the duty list {path}: {_first_problem(error, written)}",
            fix="correct it; docs/operations.md shows a whole one",
        ) from None


@cache
def _places() -> frozenset[str]:
    """The codes of what may be watched: a wrong one would be silence when it matters."""
    levels = ("amphoe", "tambon")
    return frozenset({"83", *(code for level in levels for code in spellings(level).values())})


def _line(to: tuple[str, ...]) -> str:
    if any(not _LINE_ID.fullmatch(each) for each in to):
        return "LINE knows a user as U, a group as C, a room as R and 32 digits or letters a to f"
    if len(to) > 1 and any(not each.startswith("U") for each in to):
        return "of LINE, several users may stand under to, or one group or room alone"
    return "" if len(to) <= _MOST_AT_ONCE else f"LINE takes at most {_MOST_AT_ONCE} users at once"


def _email(to: tuple[str, ...]) -> str:
    for each in to:
        try:
            found = Address(addr_spec=each)
        except ValueError:
            return "an entry under to is no address of e-mail, such as duty@city.example"
        if not (each.isascii() and each.isprintable() and found.domain):
            return "an address of e-mail is plain letters, with @ and the name of a server"
    return ""


def _webhook(to: tuple[str, ...]) -> str:
    if len(to) > 1:
        return "a webhook has one address under to"
    try:
        parts = urlsplit(to[0])
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "the address of the webhook is none"
    if parts.scheme == "https" and host:
        return ""
    if parts.scheme == "http" and host in _LOOPBACK:
        return ""
    return "the address of a webhook begins with https://; http:// is for this machine alone"


def _first_problem(error: ValidationError, written: object) -> str:
    """What is wrong first, with the closest known word; what was written may be personal."""
    first = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")[0]
    if first["type"] == "extra_forbidden":
        word = str(first["loc"][-1])
        known = OnDuty.model_fields if len(first["loc"]) > 1 else DutyList.model_fields
        near = closest(word, known)
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
        return f"{_where(first['loc'][:-1], written)}: there is no {word!r}; {hint}"
    return f"{_where(first['loc'], written)}: {first['msg'].removeprefix('Value error, ')}"


def _where(loc: tuple[int | str, ...], written: object) -> str:
    """The entry by its id where it has one, and the word in it."""
    if len(loc) < 2 or not isinstance(written, dict):
        return ".".join(map(str, loc)) or "the file"
    entries, number = written.get("duty"), loc[1]
    entry = entries[number] if isinstance(entries, list) and isinstance(number, int) else None
    name = entry.get("id") if isinstance(entry, dict) else None
    shown = f"entry {name}" if isinstance(name, str) else f"entry {loc[1]}"
    return " ".join([shown, ".".join(map(str, loc[2:]))]).strip()
