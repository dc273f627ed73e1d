"""The words of a contract as a table for people, written from the models themselves.

Belongs here: the table in `docs/write-a-contract.md`, between two marks, and what the words mean
that carry no description of their own. Does not belong here: the words (`source.py` and its kin).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ingestion.contracts.source import SourceContract
from ingestion.settings import PROJECT
from ingestion.written_part import write_part

PAGE = PROJECT / "docs" / "write-a-contract.md"
BEGIN = "<!-- words: written by cdp generate -->"
END = "<!-- end of words -->"

# Words that say by themselves what they are in code, but not to a newcomer.
_MEANINGS = {
    "id": "name of the source everywhere: contract, asset, lake folder, dbt source",
    "version": "raise it with every change: 1.0.1 wording, 1.1.0 more is accepted, 2.0.0 less is",
    "title": "short name for people",
    "description": "what it holds, for people",
    "domain": "one of the seven domains of the city's data; the folder of the file",
    "owner": "the agency that answers for the source",
    "owner.name": "its name",
    "owner.email": "whom to ask",
    "classification": "open: may be published as it is; internal: only aggregates; personal: names "
    "persons or their things, so raw bytes go to the vault and no message shows a value",
    "fetch": "where the bytes come from: one of the connectors below",
    "fetch.connector": "which connector",
    "cadence": "how often it comes; lateness is told from it",
    "format": "what the bytes are: one of the formats below",
    "format.type": "which format",
    "fetch.method": "how to ask",
    "fetch.via": "through the datastore, row by row, or the file that the resource links to",
    "fetch.form": "in which of its forms the broker is to answer",
    "format.encoding": "a byte-order mark decides before it, and UTF-8 before cp874; nothing is "
    "ever guessed beyond that",
    "format.delimiter": "what stands between two fields",
    "format.quote": "what stands around a field that holds delimiters; doubled inside",
    "format.record_path": "member names from the top of a document to its list of records",
    "constants": "field: text that stands for it in every row, as if it were a column of the file",
    "unpivot": "a wide file made long: one entry per value column",
    "fields": "the columns of the rows that enter the lake; other columns of the file are kept as "
    "they are in `_rescued` and reported",
    "fields.name": "its name in the lake: lower-case, no word of SQL",
    "fields.type": "what its values are; the grammar is strict",
    "fields.description": "what it holds, for people",
    "fields.unit": "its unit in the lake, such as mm or m MSL",
    "fields.required": "a row without it is quarantined",
    "fields.pattern": "regular expression that the whole text must fit",
    "fields.max_length": "a longer text is quarantined",
    "fields.minimum": "a smaller number is quarantined",
    "fields.maximum": "a larger number is quarantined",
    "fields.by": "bounds and units that another field of the row selects",
    "fields.by.column": "that field; it needs allowed values",
    "fields.by.cases": "for each of its values: unit, minimum, maximum",
    "fields.by.cases.unit": "the unit in this case",
    "fields.by.cases.minimum": "the smallest possible number in this case",
    "fields.by.cases.maximum": "the largest possible number in this case",
    "fields.era": "buddhist: 543 is taken off before a date is looked at; a year of the other era "
    "is quarantined",
    "fields.thai_digits": "digits may be Thai: ๑๒๓",
    "fields.sign": "a number without a sign, and the field that says that it is negative",
    "fields.sign.minus": "values that make the number negative",
    "fields.part.separator": "what stands between the parts",
    "fields.identifier": "how an identifier becomes a pseudonym at the door",
    "key": "the fields that tell one row from another; a required set, in the order to sort by",
    "repeats": "what two rows with one key mean",
    "repeats.conflict": "rows of one key that differ: quarantine both, let the latest delivery "
    "win, or keep both for the gate to judge; equal rows are counted once in any case",
    "tolerance": "when a file is too bad to be used at all",
    "tolerance.quarantined_pct": "a file with a larger share of bad rows is refused",
    "drop_rows": "rows that repeat what others say, such as subtotals: dropped, and counted",
}

_SHARED = {"Web": "all over HTTP", "_Packed": "all that is text"}
"""Words that several connectors or formats have are told once, as theirs."""


def write_reference(page: Path = PAGE) -> Path:
    """Write the table of words anew into the page, and say where.

    Raises
    ------
    PermanentError: the page has no place for it.
    """
    return write_part(page, BEGIN, END, render_reference())


def render_reference() -> str:
    """The table, a row per word."""
    lines = ["| word | value | without it | meaning |", "|---|---|---|---|"]
    lines += [
        f"| {cells[0]} | {cells[1]} | {cells[2]} | {cells[3]} |"
        for cells in _rows(SourceContract, "", "")
    ]
    return "\n".join(lines) + "\n"


def _rows(model: type[BaseModel], before: str, only: str) -> Iterator[tuple[str, str, str, str]]:
    """The words of a model; `only` names the connector or format that has them."""
    for name, field in model.model_fields.items():
        path = f"{before}{name}"
        inner = list(_models(field.annotation))
        tagged = [(each, tag) for each in inner if (tag := _tag(each))]
        if _tag(model) and (name in ("connector", "type") or _is_told(model, name)):
            continue
        shown = f"`{path}`" + (f" ({only})" if only else "")
        if tagged:
            values = " ".join(f"`{tag}`" for _, tag in tagged)
            yield shown, f"one of: {values}", _default(field), _meaning(path, field, inner)
            for base in dict.fromkeys(b for each, _ in tagged for b in each.__bases__):
                if issubclass(base, BaseModel) and base.__name__ in _SHARED:
                    yield from _rows(base, f"{path}.", _SHARED[base.__name__])
            for each, tag in tagged:
                yield f"`{path}` (`{tag}`)", f"`{_word(each)}: {tag}`", "", _about(each)
                yield from _rows(each, f"{path}.", f"`{tag}`")
            continue
        yield shown, _values(field.annotation), _default(field), _meaning(path, field, inner)
        for each in inner:
            if each.__name__ != "Bilingual":
                yield from _rows(each, f"{path}.", only)


def _is_told(model: type[BaseModel], name: str) -> bool:
    """Is the word one that the model only has from a shared base?"""
    bases = [base for base in model.__bases__ if issubclass(base, BaseModel)]
    shared = [base.model_fields for base in bases if base.__name__ in _SHARED]
    told = [words[name] for words in shared if name in words]
    return any(word.description == model.model_fields[name].description for word in told)


def _meaning(path: str, field: FieldInfo, inner: list[type[BaseModel]]) -> str:
    told = field.description or _MEANINGS.get(path) or (_about(inner[0]) if inner else "")
    return _cell(told)


def _about(model: type[BaseModel]) -> str:
    return _cell(" ".join((model.__doc__ or "").split("\n\n")[0].split()))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be there**"
    value = field.default
    if value is PydanticUndefined or value is None or value in ("", (), {}):
        return "nothing"
    if isinstance(value, BaseModel):
        return "as below"
    return _cell(f"`{str(value).lower() if isinstance(value, bool) else value}`")


def _values(annotation: object) -> str:
    """What may stand there, in words for people."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(parts[0])
    if origin is Literal:
        return " ".join(f"`{part}`" if part else '`""`' for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_values(p) for p in parts if p is not type(None)))
    if origin is tuple:
        return f"list of {_values(parts[0])}"
    if origin is dict:
        return f"{_values(parts[0])}: {_values(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "`{th: …, en: …}`" if annotation.__name__ == "Bilingual" else "words below"
    known = {"str": "text", "int": "whole number", "float": "number", "bool": "`true` `false`"}
    name = getattr(annotation, "__name__", "")
    return known.get(name, "a day, 2026-01-08" if name == "date" else name)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _word(model: type[BaseModel]) -> str:
    return "connector" if "connector" in model.model_fields else "type"


def _tag(model: type[BaseModel]) -> str:
    """What tells this model from its siblings, or nothing."""
    field = model.model_fields.get(_word(model))
    parts = get_args(field.annotation) if field else ()
    return str(parts[0]) if len(parts) == 1 and isinstance(parts[0], str) else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    print(f"wrote {write_reference()}")
