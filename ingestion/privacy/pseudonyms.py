"""Identifiers out, pseudonyms in: HMAC-SHA-256 under the period's key, in the engine's own pass.

A pseudonym is the first 128 bits, as 32 hexadecimal digits. The same device has the same one
within a period (of its event time, in Asia/Bangkok) and in every source of one purpose; nothing
joins two periods but the hours after midnight that a contract asks for (`overlap_hours`), in
which a row also carries yesterday's pseudonym as `<field>_previous`.

Keys come and go as a registered relation: no SQL text, and so no error message, holds one.
Does not belong here: spelling (`normalise.py`), keys (`periods.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingestion.clock import BANGKOK
from ingestion.contracts.model import Field, SourceContract
from ingestion.parsing.grammar import literal, quote
from ingestion.privacy.normalise import province, randomised
from ingestion.privacy.periods import PeriodKey

if TYPE_CHECKING:
    import duckdb

BITS = 128
_BLOCK = 64
_KEYS = "period_keys"
_AHEAD_OF_UTC = 7 * 3600 * 10**6
"""Asia/Bangkok, in microseconds."""


@dataclass(frozen=True)
class Hidden:
    """The pieces of SQL that put pseudonyms in the place of identifiers in the view `good`.

    Attributes
    ----------
    replaced: name of an identifier's column to SQL of its pseudonym.
    beside: name of a column that was told from an identifier to its SQL.
    joins: what the pieces need joined to `good`.
    """

    replaced: dict[str, str]
    beside: dict[str, str]
    joins: str


@contextmanager
def keys_at_hand(con: duckdb.DuckDBPyConnection, keys: tuple[PeriodKey, ...]) -> Iterator[None]:
    """Give the engine the keys for as long as one file is parsed."""
    import pyarrow as pa

    padded = [key.key.ljust(_BLOCK, b"\0") for key in keys]
    table = pa.table(
        {
            "purpose": pa.array([key.purpose for key in keys], pa.string()),
            "kind": pa.array([key.period.kind for key in keys], pa.string()),
            "first": pa.array([key.period.first for key in keys], pa.date32()),
            "inner_pad": pa.array([_xor(key, 0x36) for key in padded], pa.binary()),
            "outer_pad": pa.array([_xor(key, 0x5C) for key in padded], pa.binary()),
        }
    )
    con.register(_KEYS, table)
    try:
        yield
    finally:
        con.unregister(_KEYS)


def quarantine_keyless(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, received_at: datetime
) -> None:
    """Mark the rows of table `judged` of periods whose key is gone, or was never made."""
    for field in contract.identifiers:
        con.execute(f"""
            update judged set _code = 'identifier_key_gone', _column = {literal(field.name)}
            where _code is null and {quote(field.name)} is not null
            and {_period(contract, field, received_at)} not in ({_living(field)})""")


def hide_identifiers(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, received_at: datetime
) -> Hidden:
    """Work out the pseudonyms of view `good`, each distinct identifier once.

    Returns
    -------
    How to select them; nothing to select for a source without identifiers.
    """
    hidden, joins = Hidden({}, {}, ""), []
    for index, field in enumerate(contract.identifiers):
        words, name = field.identifier, f"good.{quote(field.name)}"
        assert words is not None
        first = _period(contract, field, received_at)
        con.execute(f"create table p{index} as {_pseudonyms(field, first)}")
        joins.append(_join(f"p{index}", name, first))
        hidden.replaced[field.name] = f"p{index}.pseudonym"
        if words.kind == "mac":
            hidden.beside[f"{field.name}_randomised"] = randomised(name)
        if words.kind == "plate":
            hidden.beside[f"{field.name}_province"] = province(name)
        if words.overlap_hours:
            moment = _local(contract, received_at)
            early = f"hour({moment}) < {words.overlap_hours}"
            before = f"case when {early} then ({first} - interval 1 day)::date end"
            con.execute(f"create table q{index} as {_pseudonyms(field, before)}")
            joins.append(_join(f"q{index}", name, before))
            hidden.beside[f"{field.name}_previous"] = f"q{index}.pseudonym"
    return Hidden(hidden.replaced, hidden.beside, " ".join(joins))


def _pseudonyms(field: Field, first: str) -> str:
    assert field.identifier is not None
    inner = "sha256(inner_pad || encode(value))"
    return f"""
        with met as (
            select distinct {quote(field.name)} as value, {first} as first
            from good where {quote(field.name)} is not null)
        select value, first,
            substr(sha256(outer_pad || unhex({inner})), 1, {BITS // 4}) as pseudonym
        from met join {_KEYS} using (first)
        where purpose = {literal(field.identifier.purpose)}
        and kind = {literal(field.identifier.period)}"""


def _join(table: str, name: str, first: str) -> str:
    return f"left join {table} on {table}.value = {name} and {table}.first = {first}"


def _living(field: Field) -> str:
    assert field.identifier is not None
    return (
        f"select first from {_KEYS} where purpose = {literal(field.identifier.purpose)} "
        f"and kind = {literal(field.identifier.period)}"
    )


def _period(contract: SourceContract, field: Field, received_at: datetime) -> str:
    """SQL of the first day of the period that a row belongs to."""
    assert field.identifier is not None
    local = _local(contract, received_at)
    return f"date_trunc('{field.identifier.period}', {local})::date"


def _local(contract: SourceContract, received_at: datetime) -> str:
    """SQL of a row's event time on the clocks of Thailand; when it came, where it names none."""
    came = f"timestamp '{received_at.astimezone(BANGKOK).replace(tzinfo=None).isoformat()}'"
    if contract.day is None:
        return came
    column = quote(contract.day)
    zoned = contract.field(contract.day).type == "timestamp"
    # Thailand has been seven hours ahead since 1920; the engine's own zones are ten times slower.
    ahead = f"make_timestamp(epoch_us({column}) + {_AHEAD_OF_UTC})"
    local = ahead if zoned else f"{column}::timestamp"
    return f"coalesce({local}, {came})"


def _xor(key: bytes, pad: int) -> bytes:
    return bytes(byte ^ pad for byte in key)
