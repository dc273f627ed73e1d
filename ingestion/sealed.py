"""Records that show when a bit of them has changed: JSON with its own SHA-256 as the last member.

One flipped bit gave wrong rows without a word in a tenth of 360 trials.

A record may also name the SHA-256 of the record before it; so a chain of them shows when one was
replaced as a whole. Records of the time before seals are read as they are. Does not belong here:
what records say.
"""

from __future__ import annotations

import hashlib
import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ingestion.errors import PermanentError

_HEAD, _TAIL = b',"sealed":"', b'"}'
_BYTES = len(_HEAD) + 64 + len(_TAIL)
_SEAL = re.compile(re.escape(_HEAD) + rb"[0-9a-f]{64}" + re.escape(_TAIL))
_CLEARLY_MEANT = len(_HEAD + _TAIL) - 2

Record = TypeVar("Record", bound=BaseModel)


class Damaged(PermanentError):
    """Something that we wrote is not what we wrote; names it by its key."""

    def __init__(self, key: str, url: str, found: str, *, fix: str) -> None:
        self.key = key
        super().__init__(
            f"{key} in {url} is damaged: {found}",
            expected="the bytes as they were written",
            fix=fix,
        )


def sha256(body: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def seal(body: bytes) -> bytes:
    """The JSON object with its seal."""
    bare = body.rstrip().removesuffix(b"}").rstrip()
    return bare + _HEAD + sha256(bare).encode() + _TAIL


def broken_seal(body: bytes) -> str:
    """What is wrong with a sealed JSON object; empty when nothing is, or it has no seal."""
    end = body.rstrip()
    at = len(end) - _BYTES
    seal_of = end[max(at, 0) :]
    if not _SEAL.fullmatch(seal_of):
        fixed = seal_of[: len(_HEAD)] + seal_of[-len(_TAIL) :]
        alike = sum(one == other for one, other in zip(fixed, _HEAD + _TAIL, strict=False))
        return "its seal is broken" if at > 0 and alike >= _CLEARLY_MEANT else ""
    said = seal_of[len(_HEAD) : -len(_TAIL)].decode()
    found = sha256(end[:at])
    return "" if found == said else f"its SHA-256 is {found[:8]}…, and it says {said[:8]}…"


def read_sealed(kind: type[Record], body: bytes, key: str, url: str, *, fix: str) -> Record:
    """A record from its bytes.

    Parameters
    ----------
    key, url: where the bytes lie, for the message. fix: what to do where they are damaged.

    Raises
    ------
    Damaged: the bytes are not those that were written, or not such a record.
    """
    if problem := broken_seal(body):
        raise Damaged(key, url, problem, fix=fix)
    try:
        return kind.model_validate_json(_without_seal(body))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        problem = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise Damaged(key, url, problem, fix=fix) from None


def _without_seal(body: bytes) -> bytes:
    end = body.rstrip()
    at = len(end) - _BYTES
    return end[:at] + b"}" if _SEAL.fullmatch(end[max(at, 0) :]) else body
