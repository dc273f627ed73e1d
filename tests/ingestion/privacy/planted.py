"""Planted identifiers, the files that carry them, and a scanner that finds them again.

The scanner knows every spelling in which the platform could let one out, unpacks what is packed,
and reads Parquet files and databases by their columns. Does not belong here: what must hold.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tests.ingestion.privacy.personal_sources import WIFI_HEADER

_CONSONANTS = "กขคงจฉชซญฐณดตถทธนบปผพภมยรลวศษสหอฮ"
_PATTERNS = {
    "mac": r"(?=((?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}|(?:[0-9a-f]{4}[.-]){2}[0-9a-f]{4}))",
    "hash": r"(?=([0-9a-f]{32}))",
    "plate": r"(?=(\d?[ก-ฮ]{2}[ -]?\d{4}))",
    "phone": r"(?=(\d(?:[ -]?\d){9}))",
    "national": r"(?=(\d(?:[ -]?\d){12}))",
    "email": r"(planted-\d{4})",
}
_FINDERS = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}
_ESCAPED = re.compile(r"\\u(0e[0-9a-f]{2})")


@dataclass(frozen=True)
class Planted:
    """As many identifiers of every kind as were asked for, in one spelling."""

    macs: list[str]
    plates: list[str]
    phones: list[str]
    emails: list[str]
    nationals: list[str]

    @classmethod
    def some(cls, count: int, seed: int = 17) -> Planted:
        odd = random.Random(seed)
        digits = [f"{n:04d}" for n in odd.sample(range(1000, 10000), count)]
        return cls(
            macs=[f"a{odd.choice('02468ace')}{odd.randbytes(5).hex()}" for _ in digits],
            plates=["".join(odd.choices(_CONSONANTS, k=2)) + four for four in digits],
            phones=[f"08{odd.randrange(10**8):08d}" for _ in digits],
            emails=[f"planted-{n:04d}" for n in range(count)],
            nationals=[_national(odd) for _ in digits],
        )

    @cached_property
    def known(self) -> dict[str, set[str]]:
        """What the scanner must not find, by kind; an unkeyed hash is as good as the original."""
        hashes = {
            digest(each.encode()).hexdigest()[:32]
            for each in [*self.macs, *self.plates, *map(_colons, self.macs)]
            for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5)
        }
        return {
            "mac": set(self.macs),
            "hash": hashes,
            "plate": set(self.plates),
            "phone": set(self.phones),
            "national": set(self.nationals),
            "email": set(self.emails),
        }


def wifi_file(planted: Planted) -> str:
    """Sessions with identifiers where they belong, and everywhere where they do not."""
    rows = [WIFI_HEADER]
    people = zip(
        planted.macs, planted.phones, planted.emails, planted.nationals, planted.plates, strict=True
    )
    for n, (mac, phone, local, national, plate) in enumerate(people):
        email, at = f"{local}@mail.example", f"2026-01-08T{n // 60 % 24:02d}:{n % 60:02d}:00+07:00"
        user, remark = [(email, phone), (phone, national), (national, plate)][n % 3]
        device, network, octets = _colons(mac), "Free WiFi", "512"
        fault = n % 20
        if fault == 1:
            network = email
        elif fault == 2:
            network = f"call {phone[:3]}-{phone[3:6]}-{phone[6:]}"
        elif fault == 3:
            octets = national
        elif fault == 4:
            at = phone
        elif fault == 5:
            device = f"{device}:00"
        elif fault == 6:
            device = email
        elif fault == 7:
            remark = f"{phone},{national}"  # one field too many
        elif fault == 8:
            network = f'"{email}"{phone}'  # a stray quote
        elif fault == 9:
            network = f"{national}\u202e"
        rows.append(f"{n:06x},{user},{device},{network},{at},{octets},{remark}")
    twice = [rows[1].replace("512", "513"), rows[1], rows[12].replace("Free", "Fee")]
    return "\n".join([*rows, *twice, rows[2][: len(rows[2]) // 2]])  # and cut at the end


def plate_file(planted: Planted) -> str:
    """Plate reads, with unknown keys, broken lines and identifiers as the names of keys."""
    lines = []
    people = zip(planted.plates, planted.phones, planted.emails, planted.nationals, strict=True)
    for n, (plate, phone, local, national) in enumerate(people):
        at = f"2026-01-08T{n // 60 % 24:02d}:{n % 60:02d}:00+07:00"
        read: dict[str, object] = {"camera": "CAM-001", "seen_at": at, "plate": plate}
        email = f"{local}@mail.example"
        # Not every read, because a file may have no more than 512 columns.
        named = {email: 1} if n % 3 == 0 else {"email": email}
        read |= {"owner": {"phone": phone, "id": national}, **named}
        fault = n % 20
        if fault == 1:
            read["plate"] = f"{plate} {phone}"
        elif fault == 2:
            read["camera"] = phone
        elif fault == 3:
            read["seen_at"] = national
        elif fault == 4:
            read["plate"] = [plate]
        elif fault == 5:
            read["plate"] = f"{plate}\u0007"
        line = json.dumps(read, ensure_ascii=n % 2 == 0)
        if fault == 6:
            line = line[:-4]
        elif fault == 7:
            line = line[:-1] + f', "plate": "{plate}"}}'
        elif fault == 8:
            line = f'"{local}@mail.example {plate} {phone}"'
        lines.append(line)
    return "\n".join(lines) + "\n"


def found_in(place: Path, planted: Planted) -> dict[str, dict[str, int]]:
    """How many planted identifiers of every kind stand in the files below a folder, by file."""
    hits: dict[str, dict[str, int]] = {}
    for name, text in texts_below(place):
        if found := found_in_text(text, planted):
            hits[name] = hits.get(name, {}) | found
    return hits


def texts_below(place: Path) -> Iterator[tuple[str, str]]:
    """The name and every text of every file below a folder.

    The engine's extensions are left out: a hundred megabytes of programs, the same in every home.
    """
    for path in sorted(place.rglob("*")):
        if path.is_file() and path.suffix != ".duckdb_extension":
            name = f"{path.relative_to(place)}"
            yield from ((name, text) for text in [name, *_texts(path)])


def found_in_text(text: str, planted: Planted) -> dict[str, int]:
    """How many planted identifiers of every kind stand in a text."""
    plain = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text.lower())
    found: dict[str, int] = defaultdict(int)
    for kind, known in planted.known.items():
        squeezed = {re.sub(r"[:. -]", "", hit) for hit in _FINDERS[kind].findall(plain)}
        squeezed |= set(_FINDERS[kind].findall(plain)) if kind == "email" else set()
        if count := len(squeezed & known):
            found[kind] = count
    return dict(found)


def _texts(path: Path) -> Iterator[str]:
    body = path.read_bytes()
    yield body.decode("utf-8", "ignore")
    if body.startswith(b"\x1f\x8b"):
        yield gzip.decompress(body).decode("utf-8", "ignore")
    if body.startswith(b"PAR1"):
        file = pq.ParquetFile(path)
        yield str(file.schema_arrow.metadata)
        yield "\n".join(str(column.to_pylist()) for column in file.read().columns)
    if body[8:12] == b"DUCK":
        with duckdb.connect(str(path), read_only=True) as con:
            names = "select schema_name, table_name from duckdb_tables()"
            for schema, table in con.sql(names).fetchall():
                yield str(con.sql(f'from "{schema}"."{table}"').fetchall())
    if body.startswith(b"SQLite format 3\0"):
        yield from _rows_of_sqlite(path)


def _rows_of_sqlite(path: Path) -> Iterator[str]:
    """Every table: a long value lies in the file in pieces, and Dagster packs its snapshots."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        names = con.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in names:
            for value in chain.from_iterable(con.execute(f'select * from "{table}"')):
                packed = isinstance(value, bytes) and value[:1] == b"\x78"
                yield zlib.decompress(value).decode() if packed else str(value)


def _colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, 12, 2)).upper()


def _national(odd: random.Random) -> str:
    first = [odd.randrange(1, 9), *(odd.randrange(10) for _ in range(11))]
    check = (11 - sum(d * (13 - n) for n, d in enumerate(first)) % 11) % 10
    return "".join(map(str, [*first, check]))
