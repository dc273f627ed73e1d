"""Personal data where the contract expects none: the last look before a row of a personal source.

A free text (no pattern, no allowed values) of a personal source may hold what nobody declared: a
telephone number in a network's name, an e-mail address in a remark. Such rows are quarantined. A
hardware address may stand in a field marked `internal`: the city's own access points have some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.contracts.model import Field, SourceContract
from ingestion.parsing.grammar import literal, quote
from ingestion.personal import kind_of_personal

if TYPE_CHECKING:
    import duckdb

_MAC = "hardware (MAC) address"
# Wider than the patterns of `ingestion.personal`, in the engine's grammar: what passes is looked
# at there, each distinct text once.
_SUSPECT = (
    r"[@＠]"
    r"|\p{Nd}([\p{Pd}\p{Zs}.()]*\p{Nd}){8}"
    r"|[0-9A-Fa-f]{2}[:\-][0-9A-Fa-f]{2}[:\-][0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
    r"|[0-9A-Fa-f]{12}|[ก-ฮ]{2}[\p{Pd}\p{Zs}]?\p{Nd}|\p{Cf}"
)


def quarantine_personal_texts(con: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Mark the rows of table `judged` in which a free text holds something personal."""
    for field in contract.fields:
        if not _is_free_text(field):
            continue
        name = quote(field.name)
        suspects = con.execute(f"""
            select distinct {name} from judged
            where _code is null and regexp_matches({name}, {literal(_SUSPECT)})""").fetchall()
        found = [text for (text,) in suspects if _is_personal(text, field)]
        if found:
            con.execute(
                f"""update judged set _code = 'personal_text', _column = {literal(field.name)}
                where _code is null and {name} in (select unnest(?::varchar[]))""",
                [found],
            )


def _is_free_text(field: Field) -> bool:
    declared = field.pattern is not None or field.allowed is not None
    return field.type == "string" and field.identifier is None and not declared


def _is_personal(text: str, field: Field) -> bool:
    kind = kind_of_personal(text)
    return kind is not None and not (kind == _MAC and field.sensitivity == "internal")
