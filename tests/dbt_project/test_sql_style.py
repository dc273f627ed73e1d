"""How the SQL of models is written: a few rules that keep thirty of them alike, and their reasons.

Belongs here: what the text of a model shows. Does not belong here: floating point
(`test_arithmetic.py`), the clock and the length of a file (`test_architecture.py`), and what other
engines make of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlglot import Dialect
from sqlglot.tokens import TokenType

from dbt_project.sources import PROJECT

LONGEST_LINE = 105
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
QUOTED = {TokenType.STRING, TokenType.IDENTIFIER}
RANKED = {"row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value", "ntile"}
ELSEWHERE = {
    "::": "cast(… as …), which every engine has",
    "qualify": "a CTE that numbers the rows and one that picks them",
    "ifnull": "coalesce",
    "nvl": "coalesce",
    "!=": "<>",
    "limit": "a window with an order: which rows are left out must not be chance",
    "natural": "join … on",
    "right": "left join, from the table that keeps its rows",
}


class Word(NamedTuple):
    """A word of SQL as it is written, on its line."""

    text: str
    line: int
    kind: TokenType


Finding = tuple[int, str]
Rule = Callable[[str, list[Word]], Iterator[Finding]]


def words_of(sql: str) -> list[Word]:
    """The words of a model; what Jinja fills in is one word, on as many lines as before."""

    def stand_in(found: re.Match[str]) -> str:
        word = "jinja" if found[0].startswith("{{") else ""
        return word + "\n" * found[0].count("\n")

    plain = JINJA.sub(stand_in, sql)
    found = Dialect.get_or_raise("duckdb").tokenize(plain)
    return [Word(plain[each.start : each.end + 1], each.line, each.token_type) for each in found]


def ends_in_final(sql: str, _: list[Word]) -> Iterator[Finding]:
    if sql.splitlines()[-1:] != ["select * from final"]:
        yield (
            sql.count("\n"),
            "the last line is `select * from final`, so that any CTE can be tried",
        )


def lists_its_columns(_: str, words: list[Word]) -> Iterator[Finding]:
    """Else a column that a source adds comes through unseen."""
    for name, inner in ctes(words):
        if name == "final":
            for before, word in pairwise(inner):
                if word.text == "*" and before.text.lower() in {"select", "."}:
                    yield word.line, "final lists its columns"


def lower_case(_: str, words: list[Word]) -> Iterator[Finding]:
    for word in words:
        if word.kind not in QUOTED and word.text != word.text.lower():
            yield word.line, f"{word.text} is written in lower case"


def windows_in_order(_: str, words: list[Word]) -> Iterator[Finding]:
    """A rank without an order is another one each night."""
    for at, word in enumerate(words):
        if word.text.lower() in RANKED and text_at(words, at + 1) == "(":
            over = closing(words, at + 1) + 1
            if text_at(words, over) == "over" and text_at(words, over + 1) == "(":
                inner = words[over + 1 : closing(words, over + 1)]
                if not any(each.kind == TokenType.ORDER_BY for each in inner):
                    yield word.line, f"{word.text} has an `order by`"


def unions_are_said(_: str, words: list[Word]) -> Iterator[Finding]:
    for word, after in pairwise(words):
        if word.text.lower() == "union" and after.text.lower() not in {"all", "distinct"}:
            yield word.line, "`union all`, or `union distinct` where repeats have to go"


def no_word_of_one_engine(_: str, words: list[Word]) -> Iterator[Finding]:
    for word in words:
        if word.kind not in QUOTED and (better := ELSEWHERE.get(word.text.lower())):
            yield word.line, f"instead of `{word.text}`: {better}"


def tidy_lines(sql: str, _: list[Word]) -> Iterator[Finding]:
    for number, line in enumerate(sql.splitlines(), 1):
        if line != line.rstrip() or "\t" in line:
            yield number, "no tabs, and no spaces at the end of a line"
        if line.lstrip().startswith(","):
            yield number, "a comma ends its line"
        if len(line) > LONGEST_LINE:
            yield number, f"at most {LONGEST_LINE} characters a line"


RULES: tuple[Rule, ...] = (
    ends_in_final,
    lists_its_columns,
    lower_case,
    windows_in_order,
    unions_are_said,
    no_word_of_one_engine,
    tidy_lines,
)


def findings(sql: str) -> list[Finding]:
    """Every line that breaks a rule, with what to do."""
    words = words_of(sql)
    return sorted(found for rule in RULES for found in rule(sql, words))


def text_at(words: list[Word], at: int) -> str:
    return words[at].text.lower() if at < len(words) else ""


def closing(words: list[Word], opening: int) -> int:
    """The place of the bracket that closes the one at a place."""
    depth = 0
    for at in range(opening, len(words)):
        depth += {"(": 1, ")": -1}.get(words[at].text, 0)
        if not depth:
            return at
    return len(words)


def ctes(words: list[Word]) -> Iterator[tuple[str, list[Word]]]:
    """Name and inside of every `name as ( … )`."""
    for at in range(len(words) - 2):
        if words[at + 1].text.lower() == "as" and words[at + 2].text == "(":
            yield words[at].text, words[at + 3 : closing(words, at + 2)]


def models() -> list[Path]:
    return sorted((PROJECT / "models").rglob("*.sql"))


@pytest.mark.parametrize("path", models(), ids=lambda path: path.stem)
def test_a_model_is_written_as_the_others_are(path: Path) -> None:
    found = findings(path.read_text("utf-8"))

    assert not found, "\n".join(
        f"{path.relative_to(PROJECT)}:{line}: {what}" for line, what in found
    )


GOOD = (
    "with\n\na as (\n    select * from {{ ref('b') }}\n),\n\nfinal as (\n    select x from a\n)\n\n"
)
END = "select * from final\n"


def test_a_plain_model_breaks_no_rule() -> None:
    assert findings(GOOD + END) == []


@pytest.mark.parametrize(
    ("sql", "line", "said"),
    [
        (GOOD + "select x from final\n", 11, "last line"),
        ((GOOD + END).replace("select x", "select a.*, x"), 8, "final lists its columns"),
        ((GOOD + END).replace("select x", "select * "), 8, "final lists its columns"),
        ((GOOD + END).replace("select x", "SELECT x"), 8, "lower case"),
        ((GOOD + END).replace("select x", "select Max(x)"), 8, "lower case"),
        (
            (GOOD + END).replace("x from", "row_number() over (partition by x) as n from"),
            8,
            "order",
        ),
        ((GOOD + END).replace("x from", "lag(max(x)) over () as n from"), 8, "order"),
        ((GOOD + END).replace("from a\n", "from a union select 1 as x\n"), 8, "union all"),
        ((GOOD + END).replace("x from", "x::date as x from"), 8, "cast"),
        ((GOOD + END).replace("from a\n", "from a qualify x = 1\n"), 8, "numbers the rows"),
        ((GOOD + END).replace("from a\n", "from a where x != 1\n"), 8, "<>"),
        ((GOOD + END).replace("from a\n", "from a limit 1\n"), 8, "limit"),
        ((GOOD + END).replace("select x from a", "select x\n    , y from a"), 9, "comma"),
        ((GOOD + END).replace("select x", "select  x\t"), 8, "no tabs"),
        ((GOOD + END).replace("select x", f"select {'x' * 100}"), 8, "characters a line"),
        ("{#\n  two lines\n#}\n" + (GOOD + END).replace("select x", "SELECT x"), 11, "lower case"),
    ],
)
def test_what_breaks_a_rule_is_found_on_its_line(sql: str, line: int, said: str) -> None:
    assert [(number, said in what) for number, what in findings(sql)] == [(line, True)]


@pytest.mark.parametrize(
    "sql",
    [
        "select '2 != 1, LIMIT' as x -- QUALIFY, union",
        "select count(*) as x, {{ Macro('A') }} as y",
        "select lag(x) over by_time as x",
        "select row_number() over (partition by x order by y, z) as x",
        'select x as "Name"',
        "{% set LIMIT = 1 %}select x",
    ],
)
def test_texts_comments_and_jinja_are_let_be(sql: str) -> None:
    assert findings((GOOD + END).replace("select x", sql + "\n")) == []
