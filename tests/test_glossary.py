"""The glossary has every word of which the code makes a list, and one meaning for each word.

Belongs here: that the page is complete and in both languages. Does not belong here: the words of a
contract, which the page "Write a contract" tells (`test_docs_contract.py`), and those of the
simulated city, which tell tests what was planted.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
import yaml

from tests.checkout import ROOMS, ROOT, files, lines, shown

PAGE = ROOT / "docs" / "glossary.md"
CONTRACT_PAGE = ROOT / "docs" / "write-a-contract.md"
HEAD = ["word", "ไทย", "meaning", "avoid"]
CODE = re.compile(r"`([^`]+)`")
FLAG = re.compile(r"when flag = \d then 1 end\) as (\w+)")
# Everyday words, wrong for one thing alone.
EVERYDAY = {"กฎ", "ฉบับ", "ช่วงเวลา", "ดัชนี", "ธง", "ผิด", "ระดับ"}
# Said between processes or functions of ours, to nobody else.
INSIDE = ({"memory", "output", "rows_lost", "crash", "defect"}, {"as known", "alone", "wrong"})

Row = list[str]


@cache
def tables() -> dict[str, list[Row]]:
    """The rows of the page, by the heading that they stand under."""
    found: dict[str, list[Row]] = {}
    heading = ""
    for line in lines(PAGE):
        if line.startswith("#"):
            heading = line.strip("# ")
        elif line.startswith("|"):
            found.setdefault(heading, []).append([cell.strip() for cell in line[1:-1].split("|")])
    assert all(rows[0] == HEAD for rows in found.values())
    return {heading: rows[2:] for heading, rows in found.items()}


def codes(rows: list[Row]) -> set[str]:
    return {code for row in rows for code in CODE.findall(row[0])}


def choices(tree: ast.Module) -> Iterator[set[str]]:
    """The words of every `Literal[…]` and of every enumeration that offer a choice."""
    for node in ast.walk(tree):
        words: list[object] = []
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
            words = [part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant)]
        elif isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(b) for b in node.bases):
            members = [part for part in node.body if isinstance(part, ast.Assign)]
            words = [ast.unparse(member.targets[0]).lower() for member in members]
        said = {word for word in words if isinstance(word, str) and re.search(r"\w", word)}
        if len(said) > 1:
            yield said


def accepted_values(part: object) -> Iterator[set[str]]:
    """What a column of a product may say, wherever in the YAML of a model."""
    if isinstance(part, dict):
        if "accepted_values" in part:
            yield set(part["accepted_values"]["arguments"]["values"])
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from accepted_values(inner)


@cache
def vocabularies() -> dict[str, set[str]]:
    """Every list of words that the code defines, under the place where it does."""
    found = {}
    for path in files(".py", *ROOMS):
        if path.relative_to(ROOT).parts[0] != "city":
            for number, words in enumerate(choices(ast.parse(path.read_text("utf-8")))):
                found[f"{shown(path)} {number + 1}"] = words
    for path in files(".yml", "dbt_project/models"):
        for number, words in enumerate(accepted_values(yaml.safe_load(path.read_text("utf-8")))):
            found[f"{shown(path)} {number + 1}"] = words
    for path in files(".sql", "dbt_project/models"):
        if flags := set(FLAG.findall(path.read_text("utf-8"))):
            found[shown(path)] = flags
    return {place: words for place, words in found.items() if not any(words <= i for i in INSIDE)}


def is_told(words: set[str]) -> bool:
    """Do these words stand in one table, or in one row of the words of a contract?"""
    contract = (set(CODE.findall(line)) for line in lines(CONTRACT_PAGE) if line.startswith("|"))
    return any(words <= codes(rows) for rows in tables().values()) or any(
        words <= told for told in contract
    )


def test_every_list_of_words_in_the_code_stands_whole_in_one_table():
    untold = [
        f"{place}: {', '.join(sorted(words))}"
        for place, words in vocabularies().items()
        if not is_told(words)
    ]

    assert not untold, "docs/glossary.md lacks, or has apart:\n" + "\n".join(untold)


def test_no_code_is_explained_that_the_code_does_not_know():
    known = set.union(*vocabularies().values(), {"reported"})  # by the macro value_status

    assert not {code for rows in tables().values() for code in codes(rows)} - known


@pytest.mark.parametrize("heading", tables())
def test_every_word_is_told_in_thai_and_english_with_what_to_avoid(heading):
    for row in tables()[heading]:
        assert len(row) == len(HEAD), row
        assert all(row), row
        assert re.search(r"[\u0e01-\u0e2e]", row[1]), row


def test_a_word_has_one_meaning_and_a_code_has_one_in_its_list():
    said = [row[0] for rows in tables().values() for row in rows if not CODE.match(row[0])]

    assert len(said) == len(set(said))
    for rows in tables().values():
        assert len({row[0] for row in rows}) == len(rows)


def avoided_in_thai() -> Iterator[tuple[str, str]]:
    """Every Thai word that is not to be written, and the right one, which may hold it."""
    for row in (row for rows in tables().values() for row in rows):
        for said in re.split("[;,]", row[3]):
            if word := re.match(r"\s*([\u0e01-\u0e4e]+)", said):
                yield word[1], row[1]


def test_no_text_says_a_thai_word_that_the_page_avoids():
    avoided = {(bad, good) for bad, good in avoided_in_thai() if bad not in EVERYDAY}
    places = [
        path for ext in (".py", ".yml", ".yaml", ".toml", ".j2") for path in files(ext, *ROOMS)
    ]
    found = [
        f"{shown(path)} {number}: {bad}, not {good}"
        for path in places
        for number, line in enumerate(lines(path), 1)
        for bad, good in avoided
        if bad in line.replace(good.partition(":")[0], "")
    ]

    assert len(avoided) > 10
    assert not found, "\n".join(found)


def test_the_five_words_that_are_easily_confused_come_first():
    first, *_ = tables().values()

    assert [row[0] for row in first] == ["read", "cast", "judge", "quarantine", "repeat"]


@pytest.mark.parametrize(
    "source",
    [
        'State = Literal["open", "ajar"]',
        'class Door:\n    state: typing.Literal["open", "ajar"] = "open"',
        "class Door(Enum):\n    OPEN = auto()\n    AJAR = auto()",
    ],
)
def test_a_list_of_words_is_seen_wherever_it_hides(source):
    (words,) = choices(ast.parse(source))

    assert words == {"open", "ajar"}
    assert not is_told(words)


def test_a_list_of_which_two_tables_have_a_part_each_is_not_told():
    assert not is_told({"held", "accepted"})
