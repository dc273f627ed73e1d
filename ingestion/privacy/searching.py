"""Personal data where the contract expects none: the last look before a row of a personal source.

A free text (no pattern, no allowed values) of a personal source may hold what nobody declared: a
telephone number in a network's name, an e-mail address in a remark. Such rows are quarantined. A
hardware address may stand in a field marked `internal`: the city's own access points have some.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import mac, plate
from ingestion.privacy.personal import kind_of_personal

if TYPE_CHECKING:
    import pyarrow as pa

_MAC = "hardware (MAC) address"
# Wider than the patterns of `ingestion.privacy.personal`, in the engine's grammar: what passes is
# looked at there, each distinct text once.
_SUSPECT = (
    r"[@＠]"
    r"|\p{Nd}([\p{Pd}\p{Zs}.()]*\p{Nd}){8}"
    rf"|{mac.SUSPECT}|{plate.SUSPECT}|\p{{Cf}}"
)


def personal_texts(
    rows: pa.RecordBatch, contract: SourceContract
) -> Iterator[tuple[str, pa.BooleanArray]]:
    """Every free text, and in which rows it holds something personal."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for field in contract.fields:
        if not _is_free_text(field):
            continue
        texts = rows.column(field.name).cast(pa.string())
        suspects = texts.filter(pc.match_substring_regex(texts, _SUSPECT)).unique().to_pylist()
        found = [text for text in suspects if _is_personal(text, field)]
        if found:
            yield field.name, pc.is_in(texts, pa.array(found, pa.string()))


def _is_free_text(field: Field) -> bool:
    declared = field.pattern is not None or field.allowed is not None
    return field.type == "string" and field.identifier is None and not declared


def _is_personal(text: str, field: Field) -> bool:
    kind = kind_of_personal(text)
    return kind is not None and not (kind == _MAC and field.sensitivity == "internal")
