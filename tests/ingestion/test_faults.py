"""Nothing can be refused or quarantined under a code that the registry does not know.

Belongs here: that the registry has every code, no other, and each whole. Does not belong here: the
pages that are written from it (`test_codes_page.py`), and which file gets which code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import exp

from ingestion.faults import CRASH, DEFECT, Refused, UnknownCode, codes
from ingestion.fields.query import cast_sql
from ingestion.records import Fault
from ingestion.sources import load_contracts
from tests.checkout import files
from tests.ingestion.fields.cast_sql import contract
from tests.ingestion.fields.typical import TYPICAL, Out
from tests.support.judging import contract_of

LEVEL = {"name": "level", "type": "number", "sentinels": ["-999"], "quarantine": ["sentinel"]}
CONTRACTS = {
    **{each.id: each for each in load_contracts()},
    **{f"typical {name}": contract(typical) for name, typical in TYPICAL.items()},
    "an error code kept out": contract_of([LEVEL]),
}
MARKED = re.compile(r"`[^`]+`")
THAI = re.compile("[\u0e01-\u0e5b]")
# Parts of ingestion that complain of files, and what else stands in them where a code may stand.
COMPLAINING = [f"ingestion/{room}" for room in ("words", "fields", "formats", "privacy", "judging")]
COMPLAINING += ["ingestion/limits.py", "ingestion/records.py"]
NO_CODES = {"true", "false", "end", "refused", "month", "day", "integer"}
SHAPE = re.compile(r"[a-z]+(_[a-z0-9]+)*")
RAISING = {"Refused", "Fault", "_refused", "require"}
# How codes begin that are keys of an explanation, of a count, or of what is looked for.
COUNTED = re.compile(r"(value|ts|dup|identifier|personal)_")


@pytest.mark.parametrize("code", ["ts_fromat", "", "value_missing"])
def test_a_file_cannot_be_refused_under_a_code_that_is_not_of_files(code: str) -> None:
    with pytest.raises(UnknownCode, match=f"{code!r} of a file in faults.toml"):
        Refused(code, "this", "that", "do so")


@pytest.mark.parametrize("code", ["ts_fromat", "", "empty_file"])
def test_a_record_cannot_be_faulty_under_a_code_that_is_not_of_rows(code: str) -> None:
    with pytest.raises(UnknownCode, match=f"{code!r} of a row in faults.toml"):
        Fault(code, "this", "that", "raw")


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_code_in_the_sql_of_a_contract_is_one_of_rows(name: str) -> None:
    found = set(sql_codes(cast_sql(CONTRACTS[name], "batch")))

    assert found <= of("row"), "ingestion/faults.toml lacks a code"


def test_the_codes_of_the_sql_are_found_wherever_they_hide() -> None:
    meant = {row.code for t in TYPICAL.values() for row in t.rows.values() if isinstance(row, Out)}
    found = {code for each in CONTRACTS.values() for code in sql_codes(cast_sql(each, "batch"))}

    assert found > meant
    assert found > {"value_sentinel", "value_missing", "coords_swapped", "unit_mismatch"}
    assert set(
        sql_codes(
            "with checked as (select case when case when x = 'no' then y end then "
            "'one' else (case when z then 'two' end) end as k7, 'other' as t) select 1"
        )
    ) == {"one", "two"}


def test_every_code_in_the_source_is_known() -> None:
    unknown = {code: name for name, code in source_codes() if code not in codes()}

    assert not unknown, f"{unknown}: tell of it in ingestion/faults.toml"


def test_no_code_is_known_under_which_nothing_is_refused() -> None:
    sources = "".join(path.read_text("utf-8") for path in files(".py", "ingestion"))

    assert not [name for name in codes() if not re.search(f"[\"']{name}[\"']", sources)]


def test_the_codes_of_the_source_are_found_wherever_they_hide() -> None:
    found = {code for _, code in source_codes()}

    assert found >= {"value_missing", "csv_quote", "ts_future", "dup_conflict", "personal_text"}
    assert found >= {"json_type", "xml_dtd", "parser_time", "too_many_bad_rows", "archive_crc"}


@pytest.mark.parametrize("code", codes())
def test_a_code_is_told_whole_in_both_languages(code: str) -> None:
    known = codes()[code]

    assert known.of
    for said in (known.means, known.expected, known.do):
        assert said.en
        assert not THAI.search(said.en)
        assert THAI.search(said.th)
        assert not said.en.endswith(".")
        assert sorted(MARKED.findall(said.en)) == sorted(MARKED.findall(said.th))
        assert "|" not in said.en + said.th


def test_only_what_says_nothing_of_a_file_is_told_of_a_personal_source() -> None:
    told = {name for name, known in codes().items() if known.tells_found}

    assert told == {
        *("empty_file", "truncated_archive", "archive_crc", "archive_trailing_data"),
        *("decompression_limit", "too_many_columns", "csv_unterminated_quote"),
    }


def test_the_sender_need_not_act_on_defects_of_ours() -> None:
    ours = {name: known for name, known in codes().items() if known.ours}

    assert ours.keys() == {DEFECT, CRASH}
    assert {known.sender for known in ours.values()} == {"no"}


def of(kind: str) -> set[str]:
    return {name for name, known in codes().items() if kind in known.of}


def sql_codes(sql: str) -> Iterator[str]:
    """The codes that the query of a contract may give a row, of its fields in order."""
    query = sqlglot.parse_one(sql, read="duckdb")
    (checked,) = (cte.this for cte in query.args["with_"].expressions if cte.alias == "checked")
    for column in checked.expressions:
        if re.fullmatch(r"k\d+", column.alias):
            yield from _results(column.this)


def _results(part: exp.Expression | None) -> Iterator[str]:
    """What an expression may come to, if it is a text; conditions are passed by."""
    if isinstance(part, exp.Case):
        for arm in part.args["ifs"]:
            yield from _results(arm.args["true"])
        yield from _results(part.args.get("default"))
    elif isinstance(part, exp.Paren):
        yield from _results(part.this)
    elif isinstance(part, exp.Literal):
        yield str(part.this)
    else:
        assert part is None or isinstance(part, exp.Null), part.sql()


def source_codes() -> Iterator[tuple[str, str]]:
    """File and code of everything that ingestion can complain of, read from its source."""
    for path in files(".py", *COMPLAINING):
        text = path.read_text("utf-8")
        for found in re.findall(r"(?:then|_code =) '([a-z_]+)'", text):
            yield path.name, found
        for node in ast.walk(ast.parse(text)):
            for code in _codes_of(node):
                if SHAPE.fullmatch(code) and code not in NO_CODES:
                    yield path.name, code


def _codes_of(node: ast.AST) -> Iterator[str]:
    """The first argument of a refusal or fault; the code of a check, a pair that ends in it; the
    first of three words that are found, got and expected; the key of an explanation."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISING:
        yield from _texts(node.args[0]) if node.args else ()
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
        if isinstance(node.elts[0], ast.JoinedStr):
            yield from _texts(node.elts[1])
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield from _texts(node.value.elts[0]) if len(node.value.elts) == 3 else ()
    elif isinstance(node, ast.MatchValue):
        yield from (text for text in _texts(node.value) if COUNTED.match(text))
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "code":
                yield from _texts(value)
            elif isinstance(key, ast.Constant) and COUNTED.match(str(key.value)):
                yield str(key.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
