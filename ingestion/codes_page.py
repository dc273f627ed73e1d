"""The codes as tables for people, between two marks of two pages.

Belongs here: how the registry looks in the guide, for whoever writes a contract, and in the
runbook, for operators in Thai and English. Does not belong here: what a code means (`faults.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingestion.faults import Code, Words, codes
from ingestion.settings import PROJECT
from ingestion.written_part import write_part

GUIDE = PROJECT / "docs" / "write-a-contract.md"
RUNBOOK = PROJECT / "docs" / "codes.md"
BEGIN = "<!-- codes: written by cdp generate -->"
END = "<!-- end of codes -->"

_OF = {"file": "file · ไฟล์", "row": "row · แถว"}
_SENDER = {"yes": "yes · ต้อง", "perhaps": "perhaps · อาจต้อง", "no": "no · ไม่ต้อง"}


def write_codes() -> tuple[Path, ...]:
    """Write the tables anew into both pages, and say where.

    Raises
    ------
    PermanentError: a page has no place for its table.
    """
    return (
        write_part(GUIDE, BEGIN, END, render_guide()),
        write_part(RUNBOOK, BEGIN, END, render_runbook()),
    )


def render_guide() -> str:
    """What each code means, what was expected, and what to do."""
    return _table(
        ("code", "meaning", "expected", "do"),
        ((f"`{name}`", c.means.en, c.expected.en, c.do.en) for name, c in _by_name()),
    )


def render_runbook() -> str:
    """What each code means and what an operator does, in both languages, and who must act."""
    return _table(
        (
            *("code · รหัส", "it means · ความหมาย"),
            *("the operator · สิ่งที่ผู้ดูแลระบบทำ", "must the sender act? · ผู้ส่งต้องดำเนินการหรือไม่"),
            *("of · ของ", "may pass by itself · อาจหายเอง"),
        ),
        (
            (
                *(f"`{name}`", _both(c.means), _both(c.do), _SENDER[c.sender]),
                *("<br>".join(_OF[each] for each in c.of), "yes · ใช่" if c.passes else "–"),
            )
            for name, c in _by_name()
        ),
    )


def _by_name() -> list[tuple[str, Code]]:
    return sorted(codes().items())


def _both(words: Words) -> str:
    return f"{words.en}<br>{words.th}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    told = ("|".join(_cell(cell) for cell in line) for line in lines)
    return "".join(f"|{line}|\n" for line in told)


def _cell(text: str) -> str:
    return text if text == "---" else f" {text} "
