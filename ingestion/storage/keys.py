"""Every key of the platform is built and validated here, and nowhere else.

Does not belong here: what the objects hold, and which of the two stores a caller opened. A
function named like a room of the store returns the key of one object in it; a function ending in
`_prefix` returns what to list.
"""

from __future__ import annotations

import re
from datetime import date

from ingestion.storage.failures import InvalidKey

CATALOG, INDEX, COMMITS = "catalog.json", "index.html", "commits/"
SIMULATED, CITY_SCALE = "simulated.json", "city-scale.json"  # whose this lake is, at which scale
WRITTEN_HISTORY = "written-history.json"  # what of it nobody received
BUILDS, NEWEST_BUILD = "builds/", "builds/newest.json"
LAKE = "lake.json"  # says which lake it is, in the lake itself
NEXT_PART = "verified/next.json"  # which part of the lake is verified next
TABLE_SUMS = "maintained/files.json"  # what the tables' files are since they were put in order
LEASE = "lease/"  # who builds and publishes now, of all machines
KEY_STORE = "key-store.json"  # says which key store hides what is in the lake
SCRATCH = ".tmp"  # no key may begin so: a folder store keeps its unfinished writes there

MAX_NUMBER = 99_999_999
MAX_KEY_BYTES, MAX_SEGMENT_BYTES = 1024, 255
EMPTY_DAY = date(1970, 1, 1)

_ID = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=+-]*")
_EXTENSION = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBERED = re.compile(r".+/([0-9]{8})\.json")
_LAKE_DAY = re.compile(r"lake/[^/]+/day=([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+\.parquet")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_RECEIPT = "receipt.json"
_RESERVED_DOMAINS = frozenset({"commits"})


def validate(key: str) -> str:
    """Return `key` if every store can hold it.

    Raises
    ------
    InvalidKey: naming the rule that is broken.
    """
    _validate_text(key)
    segments = key.split("/")
    if not key:
        raise _invalid(key, "is empty", "at least one character")
    if key.startswith("/"):
        raise _invalid(key, "is absolute", "a key without a leading /")
    for segment in segments:
        if segment == "":
            raise _invalid(key, "has an empty segment", "one / between segments, none at the end")
        if segment in {".", ".."}:
            raise _invalid(key, f"has the segment {segment}", "no . and no .. segment")
        if (size := len(segment)) > MAX_SEGMENT_BYTES:
            raise _invalid(key, f"has a segment of {size} bytes", f"at most {MAX_SEGMENT_BYTES}")
    if segments[0] == SCRATCH:
        raise _invalid(key, f"begins with {SCRATCH}/", "a key outside the store's scratch folder")
    return key


def validate_prefix(prefix: str) -> str:
    """Return `prefix` if keys can begin with it; the empty prefix means every key."""
    if prefix:
        validate(prefix.removesuffix("/") if prefix != "/" else prefix)
    return prefix


# The lake store


def raw(source: str, received_day: date, sha256: str, ext: str) -> str:
    """The bytes of one delivery, as received on a UTC day; the same bytes are the same key."""
    if _EXTENSION.fullmatch(ext) is None or ext == _RECEIPT:
        raise _refused("extension", ext, "lower-case letters, digits and dots, such as csv.gz")
    return validate(f"raw/{_id('source', source)}/{_day(received_day)}/{_sha256(sha256)}.{ext}")


def receipt(source: str, received_day: date, sha256: str) -> str:
    """How a delivery was received, beside its bytes."""
    name = f"{_sha256(sha256)}.{_RECEIPT}"
    return validate(f"raw/{_id('source', source)}/{_day(received_day)}/{name}")


def ledger(source: str, number: int) -> str:
    """One numbered record of what happened to a source's deliveries."""
    return validate(f"ledger/{_id('source', source)}/{_number(number)}.json")


def marks(source: str) -> str:
    """When the files of a source were read in full for the last time."""
    return f"marks/{_id('source', source)}.json"


def ledger_prefix(source: str) -> str:
    """All ledger records of a source."""
    return f"ledger/{_id('source', source)}/"


def lake(source: str, day: date, batch: str) -> str:
    """The typed rows of one batch that belong to one day."""
    return validate(f"lake/{_id('source', source)}/day={_day(day)}/{_name('batch', batch)}.parquet")


def lake_empty(source: str) -> str:
    """The file without rows that gives a source its columns before any delivery."""
    return lake(source, EMPTY_DAY, "empty")


def lake_receipts() -> str:
    """Which receipt of which source is the later one: what dbt must know of the ledgers."""
    return "lake/_receipts.parquet"


def lake_prefix(source: str) -> str:
    """All typed rows of a source."""
    return f"lake/{_id('source', source)}/"


def lake_glob(source: str) -> str:
    """What DuckDB reads to see all rows of a source; a pattern, for `ObjectStore.uri` only."""
    return f"lake/{_id('source', source)}/day=*/*.parquet"


def lake_day(key: str) -> date:
    """The day that a key made by `lake` belongs to."""
    found = _LAKE_DAY.fullmatch(key)
    try:
        return date.fromisoformat(found.group(1) if found else "")
    except ValueError:
        shape = "lake/<source>/day=<day>/<batch>.parquet"
        raise _invalid(key, "is not a key of typed rows", shape) from None


def quarantine(source: str, sha256: str) -> str:
    """The records of one delivery that were refused, with their reasons."""
    return validate(f"quarantine/{_id('source', source)}/{_sha256(sha256)}.jsonl")


def vault(source: str, day: date, sha256: str) -> str:
    """Encrypted personal bytes of one delivery; short-lived."""
    return validate(f"vault/{_id('source', source)}/{_day(day)}/{_sha256(sha256)}.enc")


def vault_prefix(source: str) -> str:
    """All encrypted deliveries of a personal source."""
    return f"vault/{_id('source', source)}/"


def curated_root() -> str:
    """Where the curated tables' own files lie; their catalogue alone names them."""
    return "curated"


def candidate(build: str, product: str, name: str) -> str:
    """One file of a product that a build made and nobody has published."""
    return validate(candidate_prefix(build, product) + _path("name", name))


def candidate_prefix(build: str, product: str) -> str:
    """All files of one candidate."""
    return f"candidate/{_name('build', build)}/{_id('product', product)}/"


def gate_report(build: str, product: str) -> str:
    """The gate's verdict on a candidate, beside its files."""
    return candidate(build, product, "gate.json")


def build_record(build: str) -> str:
    """What one build did, for the operator and the next build."""
    return validate(f"{BUILDS}{_name('build', build)}.json")


def clock_believed() -> str:
    """The newest instant at which the platform worked under a believable clock."""
    return "clock/believed.json"


def waved(source: str, number: int) -> str:
    """One numbered record of somebody who let stay out what was kept out of a delivery."""
    return validate(f"{waved_prefix(source)}{_number(number)}.json")


def waved_prefix(source: str) -> str:
    """All that was waved through of a source."""
    return f"waved/{_id('source', source)}/"


def clock_confirmation(number: int) -> str:
    """One numbered record of somebody who said that the clock is right."""
    return validate(f"{clock_confirmations_prefix()}{_number(number)}.json")


def clock_confirmations_prefix() -> str:
    """All that was said of the clock."""
    return "clock/confirmed/"


def alerts(kind: str, number: int) -> str:
    """One numbered record of what was warned of, and of who was told."""
    return validate(f"{alerts_prefix(kind)}{_number(number)}.json")


def alerts_prefix(kind: str) -> str:
    """All records of warnings of a kind."""
    return f"alerts/{_id('kind', kind)}/"


def newest_alerts(kind: str) -> str:
    """Which of them was the newest when it was written down."""
    return f"{alerts_prefix(kind)}newest.json"


# The open store


def release_file(domain: str, product: str, version: str, name: str) -> str:
    """One immutable file of one version of a product."""
    return validate(release_prefix(domain, product, version) + _path("name", name))


def release_prefix(domain: str, product: str, version: str) -> str:
    """All files of one version of a product."""
    if domain in _RESERVED_DOMAINS:
        raise _refused("domain", domain, "a word that no other folder of the open store has")
    return f"{_id('domain', domain)}/{_id('product', product)}/{_name('version', version)}/"


def commit(number: int) -> str:
    """One numbered commit: what readers see from then on."""
    return validate(f"{COMMITS}{_number(number)}.json")


def numbered(key: str) -> int:
    """The number in the key of a numbered record."""
    found = _NUMBERED.fullmatch(key)
    if found is None:
        raise _invalid(key, "is not a numbered key", "<folder>/<eight digits>.json")
    return int(found.group(1))


def _validate_text(key: str) -> None:
    if (found := _CONTROL.search(key)) is not None:
        raise _invalid(key, f"has the control character U+{ord(found.group()):04X}", "none")
    if not key.isascii():
        other = next(character for character in key if not character.isascii())
        raise _invalid(key, f"has the character U+{ord(other):04X}", "ASCII characters only")
    if "\\" in key:
        raise _invalid(key, "has a backslash", "/ between segments")
    if len(key) > MAX_KEY_BYTES:
        raise _invalid(key, f"has {len(key)} bytes", f"at most {MAX_KEY_BYTES}")


def _id(what: str, value: str) -> str:
    if _ID.fullmatch(value) is None:
        raise _refused(what, value, "lower-case letters, digits and _, beginning with a letter")
    return value


def _name(what: str, value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise _refused(what, value, "letters, digits, and . _ = + - after the first")
    return value


def _path(what: str, value: str) -> str:
    return "/".join(_name(what, segment) for segment in value.split("/"))


def _sha256(value: str) -> str:
    if _SHA256.fullmatch(value) is None:
        raise _refused("sha256", value, "64 lower-case hexadecimal digits")
    return value


def _day(value: date) -> str:
    return date.isoformat(value)  # of a datetime, too, this is the day alone


def _number(value: int) -> str:
    if not 1 <= value <= MAX_NUMBER:
        raise _refused("number", str(value), f"1 to {MAX_NUMBER}")
    return f"{value:08d}"


def _refused(what: str, value: str, expected: str) -> InvalidKey:
    return InvalidKey(f"{what} {_shown(value)} cannot be part of a key", expected=expected)


def _invalid(key: str, broken: str, expected: str) -> InvalidKey:
    return InvalidKey(f"key {_shown(key)} {broken}", expected=expected)


def _shown(value: str) -> str:
    return ascii(value if len(value) <= 80 else value[:77] + "...")
