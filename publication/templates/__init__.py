"""Templates of the pages and READMEs that people read, and how they are filled in.

Belongs here: wording and layout. Does not belong here: choosing what to show.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.clock import BANGKOK
from ingestion.words import months

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **context: object) -> str:
    """Fill in a template. In HTML every value is escaped; a name without a value is an error."""
    return _environment().get_template(template).render(context)


def thai_day(instant: datetime | date) -> str:
    """A day as Thai readers write it, in the Buddhist era: 8 มกราคม 2569."""
    day = _day(instant)
    return f"{day.day} {months.THAI[day.month - 1]} {day.year + 543}"


def english_day(instant: datetime | date) -> str:
    """A day as English readers write it: 8 January 2026."""
    day = _day(instant)
    return f"{day.day} {months.ENGLISH[day.month - 1]} {day.year}"


def size(count: int) -> str:
    """Bytes for people: 940 B, 12 kB, 2.5 MB."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{round(count / 1000)} kB"
    return f"{count / 1_000_000:.1f} MB"


def cell(text: str) -> str:
    """A text that fits into one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _day(instant: datetime | date) -> date:
    return instant.astimezone(BANGKOK).date() if isinstance(instant, datetime) else instant


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "cell": cell,
        "english_day": english_day,
        "size": size,
        "thai_day": thai_day,
    }
    return environment
