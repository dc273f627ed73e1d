"""The SQL that casts a typical field, as a file that people read and the engine runs.

`python -m tests.ingestion.fields.cast_sql` writes `casts/` anew, a file a field: look at what has
changed before you commit it, since it is what every delivery goes through from then on.

Of the query of a contract the file keeps the stages to which the field gives something: from a text
`t0` of `cells` to its value and its code. What is alike for every field (which column a text comes
from, which fault of a row is told) is left out; `cells` here is that first stage.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from pathlib import Path

import sqlglot
import yaml
from sqlglot import exp

from ingestion.contracts import SourceContract
from ingestion.fields.query import cast_sql
from tests.ingestion.fields.typical import TYPICAL, Out, Typical, Without, Words
from tests.support.judging import contract_of

FOLDER = Path(__file__).parent / "casts"
FIELD = "cell"
AGAIN = "python -m tests.ingestion.fields.cast_sql"
_QUOTED = re.compile(r"""('(?:[^']|'')*'|"[^"]*")""")
_SHORT_ARM = re.compile(r"^( *when [^\n]+)\n +(then [^\n]+)$", re.M)
_WIDEST = 100


def written(name: str) -> str:
    """The file of a field as it must be: what it declares, what texts become, and the SQL."""
    typical = TYPICAL[name]
    told = [
        f"{', '.join(map(_shown, texts))} -> {_became(became)}"
        for texts, became in zip(typical.texts, typical.rows.values(), strict=True)
    ]
    head = [f"Written by {AGAIN}: change typical.py, not this file."]
    comments = [*head, "", *map(_flow, _declared(typical)), "", *told]
    sql = _readable(stages(contract(typical)))
    return "".join(f"-- {line}".rstrip() + "\n" for line in comments) + f"\n{sql};\n"


def cells(contract: SourceContract) -> str:
    """SQL of the stage that a file leaves out, from a table `batch` as a reader yields it."""
    return str(_query(contract).args["with_"].expressions[0].this.sql(dialect="duckdb"))


def contract(typical: Typical) -> SourceContract:
    """A contract of that field and those beside it."""
    kind = "personal" if "identifier" in typical.words else "open"
    return contract_of(_declared(typical), classification=kind)


def stages(contract: SourceContract) -> exp.Expression:
    """The stages of the query of a contract between its cells and its rows, for the first field."""
    query = _query(contract)
    _cells, *kept, _judged = query.args["with_"].expressions
    wanted = (FIELD, f"{FIELD}_reason", "_respelled0")
    told = [column for column in query.expressions if column.alias_or_name in wanted]
    final = exp.select("t0", *told, exp.column("k0").as_("code")).from_(kept[-1].alias)
    final.set("with_", exp.With(expressions=kept))
    return final


def _declared(typical: Typical) -> list[Words]:
    named = {FIELD: typical.words, **typical.beside}
    return [{"name": name, **words} for name, words in named.items()]


def _query(contract: SourceContract) -> exp.Expression:
    return sqlglot.parse_one(cast_sql(contract, "batch"), read="duckdb")


def _flow(words: object) -> str:
    """YAML on one line."""
    return yaml.safe_dump(
        words, allow_unicode=True, default_flow_style=True, sort_keys=False, width=9999
    ).strip()


def _readable(query: exp.Expression) -> str:
    """In the layout of the project's other SQL: small letters, an arm a line, nothing invisible."""
    laid_out = query.sql(dialect="duckdb", pretty=True)
    parts = _QUOTED.split(laid_out)  # every second one stands in quotes
    text = "".join(_visible(part) if at % 2 else part.lower() for at, part in enumerate(parts))
    return _SHORT_ARM.sub(_joined, text)


def _joined(arm: re.Match[str]) -> str:
    line = f"{arm[1]} {arm[2]}"
    return line if len(line) <= _WIDEST else arm[0]


def _visible(quoted: str) -> str:
    """A literal in which one sees every character: `' ' || chr(9)`."""
    if not any(map(_is_invisible, quoted)):
        return quoted
    runs = groupby(quoted[1:-1], key=_is_invisible)
    pieces = [
        piece
        for invisible, run in runs
        for piece in ([f"chr({ord(c)})" for c in run] if invisible else [f"'{''.join(run)}'"])
    ]
    return pieces[0] if len(pieces) == 1 else f"({' || '.join(pieces)})"


def _is_invisible(letter: str) -> bool:
    return letter != " " and unicodedata.category(letter)[0] in "CZ"


def _shown(text: object) -> str:
    """A text as a comment can hold it."""
    letters = (f"<U+{ord(c):04X}>" if _is_invisible(c) else c for c in f"'{text}'")
    return "null" if text is None else "".join(letters)


def _became(became: object) -> str:
    if isinstance(became, Out):
        return became.code
    if isinstance(became, Without):
        return f"null, {became.reason}"
    return "null" if became is None else str(became)


if __name__ == "__main__":
    for name in TYPICAL:
        (FOLDER / f"{name}.sql").write_text(written(name), encoding="utf-8")
