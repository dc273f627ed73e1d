"""What the words of a contract must be to each other: rules that no single word can break.

Belongs here: sentences about what does not fit, in the words of the contract, wherever more than
one field or the source as a whole is concerned. Does not belong here: the words and their own
bounds (`ingestion/contracts/`), and what the words of one field must be to each other
(`ingestion/fields/`, one file a kind).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ingestion.contracts.field import Field
from ingestion.contracts.formats import Csv, Xlsx
from ingestion.contracts.source import SourceContract
from ingestion.contracts.told import told_from
from ingestion.contracts.words import Words
from ingestion.fields.problems import field_problems
from ingestion.sources.reserved import SQL_WORDS
from ingestion.words.closest import closest
from ingestion.words.engine_words import pattern_problem

_TIMES = ("date", "timestamp")


def checked(words: Mapping[str, object]) -> SourceContract:
    """The contract that says these words.

    Raises
    ------
    pydantic.ValidationError: a word is not one, or does not fit to the others.
    """
    return SourceContract.model_validate(words, context=problems)


def problems(part: Words) -> Iterator[str]:
    """Why the words of a contract, or of one of its fields, do not fit together."""
    if isinstance(part, Field):
        yield from field_problems(part)
    if isinstance(part, SourceContract):
        yield from _contract_problems(part)


def _contract_problems(contract: SourceContract) -> Iterator[str]:
    """Why the parts of a contract do not fit together; nothing when they do."""
    names = [field.name for field in contract.fields]
    yield from (
        f"two fields are named {name!r}" for name in dict.fromkeys(names) if names.count(name) > 1
    )
    yield from (
        f"a field cannot be named {name!r}, a word of SQL; name it otherwise and put its name in "
        "the source under source"
        for name in names
        if name in SQL_WORDS
    )
    if all(field.sensitivity == "drop" for field in contract.fields):
        yield "fields: every one is dropped, so that no row would hold anything"
    for place, name in _mentioned(contract):
        if name not in names:
            yield f"{place}: no field is named {name!r}{_closest(name, names)}"
            return
    kind = contract.field(contract.day).type if contract.day else "date"
    if kind not in _TIMES:
        yield f"day: {contract.day!r} is a {kind}, not a date or timestamp"
    kind = contract.field(contract.issued).type if contract.issued else "date"
    if kind not in _TIMES:
        yield f"issued: {contract.issued!r} is a {kind}, not a date or timestamp"
    if contract.issued and not contract.field(contract.issued).required:
        yield f"issued: {contract.issued!r} must be required, or a row could not be ordered"
    yield from (
        f"{place}: {name!r} cannot be absent"
        for place, names in (("key", contract.key), ("day", (contract.day,)))
        for name in names
        if name and contract.field(name).may_be_absent
    )
    yield from (
        f"key: {name!r} stands twice" for name in contract.key if contract.key.count(name) > 1
    )
    for field in contract.fields:
        if f"{field.name}_reason" in names and field.no_value is not None:
            yield f"the field {field.name}_reason would hold the reasons of {field.name}; rename it"
        yield from _case_problems(contract, field)
    yield from _unpivot_problems(contract)
    yield from _format_problems(contract.format, contract.columns)
    yield from _row_problems(contract)
    yield from _privacy_problems(contract)


def _mentioned(contract: SourceContract) -> Iterator[tuple[str, str]]:
    """Every field that some other part names, with the place where it does."""
    yield from (("key", name) for name in contract.key)
    yield from (("constants", name) for name in contract.constants)
    if contract.day:
        yield "day", contract.day
    if contract.issued:
        yield "issued", contract.issued
    for take in contract.unpivot:
        yield from (("unpivot", name) for name in (*take.take, *take.set))
    for field in contract.fields:
        if field.sign:
            yield f"field {field.name}: sign.column", field.sign.column
        if field.paired_with:
            yield f"field {field.name}: paired_with", field.paired_with
        if field.by:
            yield f"field {field.name}: by.column", field.by.column
            if field.by.unit_column:
                yield f"field {field.name}: by.unit_column", field.by.unit_column
    yield from (("drop_rows", rule.column) for rule in contract.drop_rows)


def _case_problems(contract: SourceContract, field: Field) -> Iterator[str]:
    if field.by is None:
        return
    chosen = contract.field(field.by.column)
    place = f"field {field.name}: by.cases"
    if chosen.allowed is None:
        yield f"{place}: {chosen.name!r} needs allowed values, so that each has a case"
        return
    for name in field.by.cases:
        if name not in chosen.allowed:
            yield f"{place}: {chosen.name!r} allows no {name!r}{_closest(name, chosen.allowed)}"
    for name in chosen.allowed:
        if name not in field.by.cases:
            yield f"{place}: there is none for {name!r}, which {chosen.name!r} allows"
    units = contract.field(field.by.unit_column).allowed if field.by.unit_column else None
    for case in field.by.cases.values():
        if units is not None and case.unit not in units:
            near = _closest(case.unit, units)
            yield f"{place}: {field.by.unit_column!r} allows no {case.unit!r}{near}"
        if case.minimum is not None and case.maximum is not None and case.minimum > case.maximum:
            yield f"{place}: minimum {case.minimum:g} is above maximum {case.maximum:g}"


def _unpivot_problems(contract: SourceContract) -> Iterator[str]:
    filled = [{*take.take, *take.set} for take in contract.unpivot]
    for number, names in enumerate(filled, 1):
        lacking = set().union(*filled) - names
        if lacking:
            yield f"unpivot: entry {number} says nothing of {', '.join(sorted(lacking))}"
    for take in contract.unpivot:
        both = {*take.take, *take.set} & set(contract.constants)
        if both:
            yield f"unpivot: {', '.join(sorted(both))} is a constant already"
        types = {contract.field(name).type for name in take.take}
        if take.multiply != 1 and "number" not in types:
            yield "unpivot: multiply needs a field of type number"
        if "integer" in types and take.multiply != 1:
            yield "unpivot: multiply makes no whole numbers; use type number"


def _format_problems(declared: object, columns: tuple[str, ...]) -> Iterator[str]:
    """Why the words of a format do not fit together, or not to the columns that are read."""
    if isinstance(declared, Xlsx):
        for name in declared.fill_down:
            if name not in columns:
                yield f"format: fill_down names {name!r}, a column that no field reads"
    if not isinstance(declared, Csv):
        return
    if declared.delimiter == declared.quote:
        yield f"format: delimiter and quote are both {declared.quote!r}"
    if {declared.delimiter, declared.quote} & set("\r\n\0"):
        yield "format: a line break cannot be delimiter or quote"
    for name in columns if declared.columns else ():
        if name not in declared.columns:
            yield f"format: columns lacks {name!r}, which a field reads"


def _row_problems(contract: SourceContract) -> Iterator[str]:
    """Why what fields say of each other does not fit; the names are known to be fields."""
    for field in contract.fields:
        place = f"field {field.name}"
        if field.sign:
            allowed = contract.field(field.sign.column).allowed
            for word in field.sign.minus:
                if word not in (allowed or ()):
                    yield f"{place}: sign: {field.sign.column!r} allows no {word!r}"
        if field.paired_with:
            other = contract.field(field.paired_with)
            if other.minimum is None or other.maximum is None:
                yield f"{place}: paired_with: {other.name!r} needs minimum and maximum"
    for rule in contract.drop_rows:
        if not rule.values and rule.pattern is None:
            yield f"drop_rows: {rule.column!r} needs values or a pattern"
        if rule.pattern is not None and (problem := pattern_problem(rule.pattern)):
            yield f"drop_rows: {problem}"


def _privacy_problems(contract: SourceContract) -> Iterator[str]:
    """Why what a contract says of privacy does not fit together; nothing when it does."""
    names = {field.name for field in contract.fields}
    for field in contract.fields:
        place = f"field {field.name}"
        hidden = field.sensitivity in ("identifier", "drop")
        if hidden and contract.classification != "personal":
            yield f"{place}: sensitivity {field.sensitivity} needs classification: personal"
        if field.sensitivity == "drop" and field.name in _needed(contract):
            yield f"{place}: another part of the contract needs it, so it cannot be dropped"
        if field.identifier is None:
            continue
        kinds = {f.name: f.type for f in contract.fields}
        if field.identifier.overlap_hours and kinds.get(contract.day or "") != "timestamp":
            yield f"{place}: overlap_hours needs a day that is a timestamp"
        if field.identifier.province not in (None, *names):
            yield f"{place}: no field is named {field.identifier.province!r}"
        for told in told_from(field):
            if told.name in names:
                yield f"the field {told.name} would hide what is told from {field.name}; rename it"
    if contract.strip and not contract.format.type.startswith("json"):
        yield f"strip is for JSON; of a {contract.format.type} file drop the column"


def _needed(contract: SourceContract) -> set[str]:
    """Fields that the contract cannot do without."""
    provinces = (field.identifier.province for field in contract.fields if field.identifier)
    return {*(name for _, name in _mentioned(contract)), *filter(None, provinces)}


def _closest(word: str, known: Iterable[str]) -> str:
    known = list(known)
    if near := closest(word, known):
        return f"; did you mean {near!r}?"
    return f"; there are {', '.join(known)}"
