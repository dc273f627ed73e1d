"""From a sample to a draft that accepts it: guess, ask the parser, take back what was too strict.

Belongs here: putting the guesses together. Does not belong here: the guesses themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ingestion.clock import Clock
from ingestion.contracts import SourceContract
from ingestion.contracts.source import Tolerance
from ingestion.contracts.words import Domain
from ingestion.errors import PermanentError
from ingestion.judging.outcome import ParseOutcome, QuarantinedRow
from ingestion.judging.sandbox import Sandbox
from ingestion.scaffold.guessing import Guess, guess
from ingestion.scaffold.keys import KeyGuess, guess_key
from ingestion.scaffold.layout import layout_of
from ingestion.scaffold.naming import Named, identifier, named
from ingestion.scaffold.persons import is_surname, may_be_persons
from ingestion.scaffold.shape import Layout, SampleUnclear
from ingestion.scaffold.texts import Parser, contract_of, texts_of
from ingestion.scaffold.writing import MARK, TO_FILL, Section, render
from ingestion.scratch import scratch_folder

if TYPE_CHECKING:
    import pyarrow as pa

_ROUNDS = 6
_DAY_IN_NAME = re.compile(r"20\d{6}")
_DATED = ("date", "timestamp")


@dataclass(frozen=True)
class Draft:
    """A drafted contract: its id, its domain, and the text of its file."""

    id: str
    domain: str
    text: str

    @property
    def guesses(self) -> int:
        """How many lines are marked for review."""
        return self.text.count(MARK)

    @property
    def to_fill(self) -> int:
        """How many texts a person must write."""
        return self.text.split("id: ", 1)[1].count(TO_FILL)


@dataclass
class _Field:
    heading: str
    named: Named
    guess: Guess

    @property
    def words(self) -> dict[str, object]:
        """The words of the field, as the contract orders them."""
        unit = {"unit": self.named.unit} if self.named.unit else {}
        source = {"source": self.heading} if self.heading != self.named.name else {}
        return {"name": self.named.name, **source, **unit, **self.guess.words}


def draft_contract(
    sample: Path, clock: Clock, sandbox: Sandbox, source: str = "", domain: str = ""
) -> Draft:
    """Draft a contract from a sample file.

    Parameters
    ----------
    source: id of the source; else it is taken from the file's name.

    Raises
    ------
    PermanentError: the sample is unclear, or the id is none.
    """
    if not sample.is_file():
        raise PermanentError(f"{sample} is not a file", fix="check the path")
    if domain and domain not in get_args(Domain):
        raise PermanentError(
            f"{domain} is no domain of the city's data",
            expected=f"one of {', '.join(get_args(Domain))}",
        )
    chosen = source or identifier(sample.name.split(".")[0].strip("_- "))
    if identifier(chosen) != chosen or len(chosen) < 2:
        raise PermanentError(
            f"{chosen or sample.name!r} makes no id of a source",
            expected="lower-case Latin letters, digits and _, beginning with a letter",
            fix="name it with --id",
        )
    with scratch_folder("draft") as folder:
        parser = Parser(sandbox, folder, clock)
        layout = layout_of(sample)
        rows = texts_of(sample, layout, parser)
        work = _Fitting(sample, layout, _fields(layout, rows), parser)
        work.loosen()
        key = work.key(rows)
    return Draft(chosen, domain or "governance", _rendered(sample, chosen, domain, work, key))


def _fields(layout: Layout, rows: pa.Table) -> list[_Field]:
    headings = [column.name for column in layout.columns]
    found = [
        _Field(column.name, name, guess(column, column.name, [_text(v) for v in cells.to_pylist()]))
        for column, name, cells in zip(layout.columns, named(headings), rows.columns, strict=True)
    ]
    if any(map(is_surname, headings)):
        for each in found:
            if may_be_persons(each.heading) and each.guess.words["type"] == "string":
                each.guess.personal = "a surname stands beside it"
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass
class _Fitting:
    """The draft, and the parser that says what is wrong with it."""

    sample: Path
    layout: Layout
    fields: list[_Field]
    parser: Parser
    personal: bool = False
    outcome: ParseOutcome | None = None
    """What became of the sample when it was last tried."""

    def loosen(self) -> None:
        """Take back guesses until every row that can be read is accepted."""
        for each in self.fields:
            if each.guess.personal:
                self._drop(each, f"looks personal ({each.guess.personal})")
        for number in range(_ROUNDS):
            complaints = self._complaints(f"round-{number}", key=(), conflict="quarantine")
            if not complaints:
                return
            for column, code in complaints:
                self._loosen(column, code)

    def key(self, rows: pa.Table) -> KeyGuess:
        """The key, as far as the parser agrees with it."""
        kept = [each for each in self.fields if each.guess.words.get("sensitivity") != "drop"]
        told = rows.rename_columns([each.named.name for each in self.fields])
        telling = sorted(
            (each for each in kept if each.guess.words.get("required") and _tells(each)),
            key=lambda each: each.guess.words["type"] == "number",
        )
        dropped = [each.named.name for each in self.fields if each not in kept]
        found = guess_key(told, [each.named.name for each in telling], dropped)
        conflict = "keep" if found.conflicts else "quarantine"
        if not self._complaints("key", found.columns, conflict):
            return found
        # Texts that differ may be one value: 1.0 and 1.00.
        why = f"{found.why}, but not as values"
        return KeyGuess(found.columns, conflicts=True, why=why)

    def contract(self, key: tuple[str, ...] = (), conflict: str = "quarantine") -> SourceContract:
        """The draft as it stands."""
        return contract_of(
            self.layout.words,
            [each.words for each in self.fields],
            key=key,
            repeats={"conflict": conflict},
            classification="personal" if self.personal else "internal",
        )

    def _complaints(self, name: str, key: tuple[str, ...], conflict: str) -> set[tuple[str, str]]:
        outcome, work = self.parser.parse(self.contract(key, conflict), self.sample, name)
        self.outcome = outcome
        if not outcome.quarantine:
            return set()
        known = {each.named.name for each in self.fields}
        lines = (work / outcome.quarantine).read_text("utf-8").splitlines()
        rows = [QuarantinedRow.model_validate_json(line) for line in lines]
        return {
            (row.column, row.code)
            for row in rows
            if row.column in known or row.code == "dup_conflict"
        }

    def _loosen(self, column: str, code: str) -> None:
        each = next(each for each in self.fields if each.named.name == column)
        words = each.guess.words
        if code == "personal_text":
            self._drop(each, "personal data in it")
        elif code == "value_missing" and "required" in words:
            del words["required"]
        elif words.get("sensitivity") != "drop":
            kept = {word: words[word] for word in ("required", "max_length") if word in words}
            each.guess.why = {"type": f"as {words['type']} the parser finds: {code}"}
            each.guess.words = {"type": "string", **kept}

    def _drop(self, each: _Field, why: str) -> None:
        """Never stored, until somebody decides otherwise: the safe side of a guess."""
        self.personal = True
        if all(f is each or f.guess.words.get("sensitivity") == "drop" for f in self.fields):
            raise SampleUnclear(
                f"every column of {self.sample} looks personal: nothing would be left to keep",
                fix="write the contract by hand, with pseudonyms (sensitivity: identifier)",
            )
        each.guess.words = {"type": "string", "sensitivity": "drop"}
        each.guess.why = {"sensitivity": f"{why}; a pseudonym instead: sensitivity: identifier"}


def _tells(each: _Field) -> bool:
    """Can this column tell rows apart, rather than say what was measured?"""
    kind, words = each.guess.words["type"], each.guess.words
    if kind in ("number", "boolean"):
        return False
    if kind == "integer":
        return not ("thousands" in words or each.named.unit) and not re.search(
            r"จำนวน|ปริมาณ|amount|count|total|value|volume|sum", each.heading, re.IGNORECASE
        )
    return True


def _rendered(sample: Path, source: str, domain: str, work: _Fitting, key: KeyGuess) -> str:
    head, why = (
        dict(_head(sample, source, domain, work)),
        {
            "domain": "" if domain else "one of the seven domains",
            "classification": (
                "personal data, as it seems" if work.personal else "open, internal or personal?"
            ),
            "cadence": "how often does it come?",
            "delivery": "does a delivery add to the earlier ones (increment), or replace them?",
            "day": "the event day",
            "licence": "SPDX identifier, or a name",
            "fetch": "where do the bytes come from? the sample says only how the file is called",
        },
    )
    fields = [Section(_described(each), _reasons(each)) for each in work.fields]
    tail: dict[str, object] = {"key": list(key.columns)}
    tail_why = {"key": key.why}
    if key.conflicts:
        tail["repeats"] = {"conflict": "keep"}
        tail_why["repeats"] = "rows that share a key differ; which one is right?"
    last = work.outcome
    if last and 100 * last.quarantined > Tolerance().quarantined_pct * last.rows:
        tail["tolerance"] = {"quarantined_pct": 100}
        told = f"{last.quarantined} of {last.rows} rows of the sample are bad"
        tail_why["tolerance"] = f"{told}; is the layout right?"
    layout = Section(work.layout.words, work.layout.why)
    return render(Section(head, why), layout, fields, Section(tail, tail_why))


def _head(sample: Path, source: str, domain: str, work: _Fitting) -> Iterator[tuple[str, object]]:
    fill = {"th": TO_FILL, "en": TO_FILL}
    dated = _DAY_IN_NAME.search(sample.name)
    day = next(
        (
            each.named.name
            for each in work.fields
            if each.guess.words["type"] in _DATED and each.guess.words.get("required")
        ),
        "",
    )
    pattern = _DAY_IN_NAME.sub("{day}", sample.name)
    setting = f"${{CDP_{source.upper()}_URL}}"
    yield from {
        "id": source,
        "version": "0.1.0",
        "title": fill,
        "description": fill,
        "domain": domain or "governance",
        "owner": {"name": fill, "email": TO_FILL},
        "licence": TO_FILL,
        "classification": "personal" if work.personal else "internal",
        "fetch": {"connector": "drop_folder", "url": setting, "pattern": pattern},
        "cadence": "daily" if dated else "yearly",
        "delivery": "increment" if dated and day else "snapshot",
    }.items()
    if dated and day:
        yield "day", day


def _described(each: _Field) -> dict[str, object]:
    thai = re.search("[\u0e01-\u0e5b]", each.heading)
    told = {
        "th": each.heading if thai else TO_FILL,
        "en": TO_FILL if thai else each.heading,
    }
    words = each.words
    ordered = {name: words.pop(name) for name in ("name", "source", "type") if name in words}
    return {**ordered, "description": told, **words}


def _reasons(each: _Field) -> dict[str, str]:
    named_why = {"name": each.named.why_name, "unit": each.named.why_unit}
    return {word: why for word, why in named_why.items() if why} | each.guess.why
