"""A contract as SQL: text cells in, typed values out, and one reason for every row that fails.

Belongs here: the stages of the query, from cells to rows with their codes, and what is alike for
all kinds: folding, parts of cells, Thai digits, reasons for no value. Does not belong here: the
cast of one kind, which stands in its file, reading files (`ingestion/records.py` says what comes
in) and de-duplication (`ingestion/judging/keys/repeats.py`).

Every stage names its columns and the next one uses the names: an expression that is spelled out
again wherever it is needed costs the engine more to plan than a small file costs to cast.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract, Take
from ingestion.fields import kind_of
from ingestion.fields.kind import Cast
from ingestion.records import usual_place
from ingestion.words.characters import INVISIBLE, fold
from ingestion.words.digits import plain_digits_sql
from ingestion.words.engine_words import whole_text
from ingestion.words.sql import double, literal, quote

SQL_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "year": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
}
_SARA_AM = "([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32"
_BLANKS = " \t\n\r"


def cast_sql(contract: SourceContract, batches: str) -> str:
    """SQL that casts the batches of a reader.

    Parameters
    ----------
    batches: a relation with the columns of `records.schema`. Where a field is a time, the query
        looks at the table `day.CLOCK`, too.

    Returns
    -------
    A query with, per row, the columns `fault_columns` (its `_code` is null when the row is good),
    `_rescued`, `_dropped`, the typed fields with their reasons, and of every field, by its place,
    `_respelled<n>`: is its text spelled otherwise than we would spell its value?
    """
    texts, parts, typed, coded, values, reasons, spelled = [], [], [], [], [], [], []
    for index, field in enumerate(contract.fields):
        text, x, v, r = (f"{letter}{index}" for letter in "txvr")
        cast = kind_of(field).cast(field, contract, x, v)
        texts.append(f"{_cleaned(field, text)} as {x}")
        parts += [f"{sql} as {name}" for name, sql in cast.parts.items()]
        typed.append(f"{cast.value} as {v}")
        absent = f"{x} is null"
        if field.no_value is not None:
            typed.append(f"{_reason(field, x, cast.number)} as {r}")
            reasons.append(f"{r} as {quote(field.name + '_reason')}")
            absent = f"{r} is not null"
        needed = field.required or field.name in contract.key
        coded.append(f"{_code(cast, absent, _kept_out(field, r, needed=needed))} as k{index}")
        value = v if field.no_value is None else f"case when not ({absent}) then {v} end"
        values.append(f"{value} as {quote(field.name)}")
        plain = cast.spelling.format(text=text, value=v)
        spelled.append(f"({value}) is not null and not ({plain}) as _respelled{index}")
    first, column, found = _first_fault(contract)
    shown = (f"case when _code is not null then t{at} end as _text{at}" for at in range(len(texts)))
    return f"""
        with cells as ({_cells(contract, batches)}),
        texts as (select *, {", ".join(texts)} from cells),
        parts as (select *{"".join(f", {part}" for part in parts)} from texts),
        typed as (select *, {", ".join(typed)} from parts),
        checked as (select *, {_dropped(contract)} as _dropped, {", ".join(coded)} from typed),
        coded as (select *, case when not _dropped then {first} end as _code from checked)
        select _record, _take, {_place(contract)}, {column} as _column, _code, {found} as _found,
            _fault_expected as _expected, _raw, {", ".join(shown)},
            {", ".join(values + reasons)}, _rescued, _dropped, {", ".join(spelled)}
        from coded"""


def texts_sql(contract: SourceContract, batches: str) -> str:
    """SQL of what `cast_sql` would have cast: `_record`, `_take`, `_place`, `_raw` and texts."""
    texts = ", ".join(f"t{index} as _text{index}" for index, _ in enumerate(contract.fields))
    rows = f"({_cells(contract, batches)})"
    return f"select _record, _take, {_place(contract)}, _raw, {texts} from {rows}"


def fault_columns(contract: SourceContract) -> tuple[str, ...]:
    """What is told of a row that is quarantined: where it stands, why, and its texts."""
    told = ("_record", "_take", "_place", "_column", "_code", "_found", "_expected", "_raw")
    return (*told, *(f"_text{index}" for index, _ in enumerate(contract.fields)))


def value_columns(contract: SourceContract) -> tuple[str, ...]:
    """What is kept of a good row: its values with their reasons, and which row it is."""
    reasons = (f"{field.name}_reason" for field in contract.fields if field.no_value is not None)
    names = (field.name for field in contract.fields)
    return (*names, *reasons, "_record", "_take", "_rescued")


def _place(contract: SourceContract) -> str:
    word, further = usual_place(contract.format.type)
    return f"coalesce(_place, '{word} ' || (_record + {further})) as _place"


def _cleaned(field: Field, text: str) -> str:
    """SQL of the text that is cast: folded as `characters.fold` folds, Thai digits if declared.

    Empty becomes null. A plain ASCII text costs no more than a look at it.
    """
    # Cheap looks decide whether anything is to be done: trimming costs ten times as much.
    ends = " or ".join(f"ends_with({text}, {literal(blank)})" for blank in _BLANKS)
    odd = f"{text} < '!' or strlen({text}) <> length({text}) or {ends}"
    # Taken out or made a blank: U+00A0 first, which becomes the blank.
    visible = f"translate({text}, {literal(INVISIBLE)}, ' ')"
    joined = f"regexp_replace({visible}, '{_SARA_AM}', '\\1\\2\u0e33', 'g')"
    thai = f"case when contains({text}, '\u0e4d') then {joined} else {visible} end"
    folded = f"case when strlen({text}) = length({text}) then {text} else nfc_normalize({thai}) end"
    trimmed = f"nullif(trim({folded}, {literal(_BLANKS)}), '')"
    read = plain_digits_sql(trimmed) if field.thai_digits else trimmed
    return _narrowed(field, f"case when {odd} then {read} else {text} end")


def _narrowed(field: Field, text: str) -> str:
    """SQL of the part of a text that the contract declares, in the letters that it declares."""
    if field.part:
        part = f"split_part({text}, {literal(field.part.separator)}, {field.part.number})"
        text = f"nullif(trim({part}, {literal(_BLANKS)}), '')"
    return f"{field.letter_case}({text})" if field.letter_case else text


def _cells(contract: SourceContract, batches: str) -> str:
    """The text of every field: from its column, from an unpivoted column, or a constant.

    A wide record becomes a row per entry of `unpivot`; one that could not be read stays one row.
    The batches are named once, because a stream can be read once.
    """
    takes = contract.unpivot or (Take(take={}),)
    texts = ", ".join(
        f"{_chosen([_cell(contract, field, take) for take in takes])} as t{index}"
        for index, field in enumerate(contract.fields)
    )
    factor = _chosen([f"{take.multiply!r}::double" for take in takes])
    rows = f"select *, unnest({list(range(len(takes)))}) as _take from {batches}"
    # Of a personal source no column is kept that the contract does not know.
    rescued = "null::varchar as _rescued" if contract.personal else "_rescued"
    return f"""select _record, _take::smallint as _take, _place, {rescued},
        _code as _fault, _column as _fault_column,
        _found as _fault_found, _expected as _fault_expected, _raw, {factor} as _factor,
        {texts} from ({rows}) where _take = 0 or _code is null"""


def _cell(contract: SourceContract, field: Field, take: Take) -> str:
    places = {name: f"c{index}" for index, name in enumerate(contract.columns)}
    if field.name in take.take:
        return places[take.take[field.name]]
    given = contract.constants | take.set
    if field.name in given:
        return literal(given[field.name])
    if field.joined:
        texts = ", ".join(places[name] for name in (field.column, *field.joined))
        return f"concat_ws(' ', {texts})"
    return places.get(field.column, "null::varchar")


def _chosen(cells: list[str]) -> str:
    """The cell of the entry that the row is for."""
    if len(set(cells)) == 1:
        return cells[0]
    arms = " ".join(f"when {number} then {cell}" for number, cell in enumerate(cells))
    return f"case _take {arms} end"


def _reason(field: Field, x: str, number: str) -> str:
    """Why there is no value: null when there is one."""
    given = field.no_value or {}
    words = _arms((literal(fold(word)), why) for word, why in given.items() if word)
    codes = _arms((double(code), why) for code, why in field.error_codes.items())
    told = [f"case {text} {arms} end" for text, arms in ((x, words), (number, codes)) if arms]
    empty = literal(given.get("", "missing"))
    why = f"coalesce({', '.join(told)})" if told else "null"
    return f"case when {x} is null then {empty} else {why} end"


def _arms(meanings: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"when {said} then {literal(meant)}" for said, meant in meanings)


def _kept_out(field: Field, reason: str, *, needed: bool) -> str:
    """SQL of the code of a row that lacks this value; null where it may."""
    if field.no_value is None:
        return "'value_missing'" if needed else "null"
    code = f"case {reason} when 'sentinel' then 'value_sentinel' else 'value_missing' end"
    if needed or not field.quarantine:
        return code if needed else "null"
    reasons = ", ".join(map(literal, field.quarantine))
    return f"case when {reason} in ({reasons}) then {code} end"


def _code(cast: Cast, absent: str, empty: str) -> str:
    checks = " ".join(f"when {condition} then '{code}'" for condition, code in cast.checks)
    return f"case when {absent} then {empty} {checks} end"


def _dropped(contract: SourceContract) -> str:
    """SQL: is this one of the rows that only repeat others? A record that was not read is none."""
    places = {field.name: index for index, field in enumerate(contract.fields)}
    tests = []
    for rule in contract.drop_rows:
        x = f"x{places[rule.column]}"
        tests += [f"{x} = {literal(fold(value))}" for value in rule.values]
        if rule.pattern is not None:
            whole = whole_text(rule.pattern)
            tests.append(f"regexp_full_match({x}, {literal(whole)})")
    if not tests:
        return "false"
    return f"(_fault is null and coalesce({' or '.join(tests)}, false))"


def _first_fault(contract: SourceContract) -> tuple[str, str, str]:
    """SQL of the code, the column and the text of a row's first fault."""
    places = range(len(contract.fields))
    first = ", ".join(["_fault", *(f"k{i}" for i in places)])
    names = " ".join(
        f"when k{i} is not null then {literal(contract.fields[i].name)}" for i in places
    )
    texts = " ".join(f"when k{i} is not null then t{i}" for i in places)
    return (
        f"coalesce({first})",
        f"case when _code is null then null when _fault is not null then _fault_column {names} end",
        f"case when _code is null then null when _fault is not null then _fault_found {texts} end",
    )
