"""A drafted contract as the text of its file: words in the order of the others, guesses marked.

Does not belong here: the guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import yaml

MARK = "# review:"
TO_FILL = "…"
_LONGEST_LINE = 100


@dataclass(frozen=True)
class Section:
    """Words of one part of the contract, and by word why they are there."""

    words: Mapping[str, object]
    why: Mapping[str, str] = field(default_factory=dict)


def render(head: Section, layout: Section, fields: Iterable[Section], tail: Section) -> str:
    """The text of the contract."""
    lines = ["# yaml-language-server: $schema=../../../docs/source-contract.schema.json"]
    lines += [
        f"# A draft from a sample. Fill in every {TO_FILL}, look at every line marked review, and",
        "# take the mark away when it is right. docs/write-a-contract.md explains every word.",
    ]
    lines += _section(head, "")
    lines += ["format:", *_section(layout, "  "), "fields:"]
    for each in fields:
        first, *rest = _section(each, "    ")
        lines += [f"  - {first.lstrip()}", *rest]
    lines += _section(tail, "")
    return "\n".join(lines) + "\n"


def _section(section: Section, indent: str) -> list[str]:
    lines: list[str] = []
    for word, value in section.words.items():
        lines += _entry(word, value, section.why.get(word, ""), indent)
    return lines


def _entry(word: str, value: object, why: str, indent: str) -> list[str]:
    mark = f"  {MARK} {_one_line(why)}" if why else ""
    inline = f"{indent}{word}: {_inline(value)}"
    if not isinstance(value, Mapping) or not value or (len(inline) <= _LONGEST_LINE and not why):
        return [inline + mark]
    inner = [
        line for name, part in value.items() for line in _entry(_key(name), part, "", indent + "  ")
    ]
    return [f"{indent}{word}:{mark}", *inner]


def _inline(value: object) -> str:
    """A value in one line, quoted where YAML or a reader could take it for something else."""
    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(
        plain, allow_unicode=True, default_flow_style=True, width=10**6, sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _key(name: object) -> str:
    return _inline(str(name))


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+", " ", text)[:160]
