"""What the words of a contract must be to each other: rules that no single word can break.

Belongs here: sentences about what does not fit, in the words of the contract, wherever more than
one field or the source as a whole is concerned. Does not belong here: the words and their own
bounds (`ingestion/contracts/`), and what the words of one field must be to each other
(`ingestion/fields/`, one file a kind).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingestion.contracts.field import IS_NUMBER, Field
from ingestion.contracts.formats import Csv, Xlsx
from ingestion.contracts.source import SourceContract
from ingestion.contracts.words import Words
from ingestion.fields import kind_of, refused
from ingestion.sources.reserved import SQL_WORDS
from ingestion.words.closest import did_you_mean
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
        yield from _field_problems(part)
    if isinstance(part, SourceContract):
        yield from _contract_problems(part)


def _field_problems(field: Field) -> Iterator[str]:
    """Why the words of one field do not fit together; nothing when they do."""
    yield from refused(field)
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield f"minimum {field.minimum:g} is above maximum {field.maximum:g}"
    if field.required and field.missing:
        yield "a required field cannot list texts that mean no value"
    if field.required and field.may_be_absent:
        yield "a required field cannot be absent"
    if field.part and field.part.number == 0:
        yield "part: number starts at 1, or at -1 from the end"
    yield from _no_value_problems(field)
    yield from kind_of(field).problems(field)
    yield from _identifying_problems(field)


def _no_value_problems(field: Field) -> Iterator[str]:
    for word in field.sentinels:
        if not IS_NUMBER.fullmatch(word):
            yield f"sentinel {word!r} is not a number"
            return
    given = field.no_value
    for reason in field.quarantine:
        if given is None or reason not in {"missing", *given.values()}:
            yield f"quarantine: nothing under missing or sentinels means {reason!r}"
    meaning: dict[str | float, str] = {}
    told = [*((word, "sentinel") for word in field.sentinels), *(field.missing or {}).items()]
    for word, reason in told:
        is_number = field.type in ("integer", "number") and IS_NUMBER.fullmatch(word)
        same = float(word) if is_number else word
        if meaning.setdefault(same, reason) != reason:
            yield f"{word!r} means both {meaning[same]!r} and {reason!r}"


def _identifying_problems(field: Field) -> Iterator[str]:
    words = field.identifier
    if (field.sensitivity == "identifier") != (words is not None):
        yield "sensitivity: identifier and the key identifier go together"
    if words is None:
        return
    if field.type != "string":
        yield f"an identifier is a string, not a {field.type}"
    if words.overlap_hours and words.period != "day":
        yield "overlap_hours is for pseudonyms of a day"
    if words.province is not None and words.kind != "plate":
        yield f"province is for plates, not for kind {words.kind}"


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
            yield f"{place}: no field is named {name!r}{did_you_mean(name, names)}"
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
        for problem in kind_of(field).clashes(field, contract):
            yield f"field {field.name}: {problem}"
    yield from _unpivot_problems(contract)
    yield from _format_problems(contract.format, contract.columns)
    yield from _drop_problems(contract)
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
        for word, name in kind_of(field).mentions(field):
            yield f"field {field.name}: {word}", name
    yield from (("drop_rows", rule.column) for rule in contract.drop_rows)


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


def _drop_problems(contract: SourceContract) -> Iterator[str]:
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
        for told in kind_of(field).told(field):
            if told.name in names:
                yield f"the field {told.name} would hide what is told from {field.name}; rename it"
    if contract.strip and not contract.format.type.startswith("json"):
        yield f"strip is for JSON; of a {contract.format.type} file drop the column"


def _needed(contract: SourceContract) -> set[str]:
    """Fields that the contract cannot do without."""
    provinces = (field.identifier.province for field in contract.fields if field.identifier)
    return {*(name for _, name in _mentioned(contract)), *filter(None, provinces)}
