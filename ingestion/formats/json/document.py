"""One JSON text, strictly: no key twice, no NaN, bounded nesting, numbers as they were written."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np

from ingestion.limits import Limits
from ingestion.records import Fault

_KEPT = 1000
_STEP = np.zeros(256, np.int8)
"""How each byte changes the depth."""
_STEP[list(b"[{")], _STEP[list(b"]}")] = 1, -1


class _Twice(ValueError):
    """An object has the same key more than once."""


class WrittenNumber(str):
    """A number as it was written."""


def document(text: str, limits: Limits) -> tuple[object, Fault | None]:
    """The document, or why there is none. Numbers are `WrittenNumber`."""
    if text.count("[") + text.count("{") > limits.json_depth and _is_deep(text, limits.json_depth):
        most = f"at most {limits.json_depth} levels"
        return None, Fault("json_too_deep", f"depth over {limits.json_depth}", most, text[:_KEPT])
    try:
        return _DECODER.decode(text), None
    except _Twice as error:
        return None, Fault("json_duplicate_key", str(error), "each key once", text)
    except ValueError as error:
        return None, Fault("json_invalid", str(error)[:80], "one JSON document", text)


def _is_deep(text: str, limit: int) -> bool:
    """Do brackets outside of texts nest deeper than that?"""
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    outside = "".join(text.split('"')[::2]).encode("utf-8", "surrogatepass")
    steps = _STEP[np.frombuffer(outside, np.uint8)]
    return bool(np.cumsum(steps, dtype=np.int64).max(initial=0) > limit)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _Twice(f"key {next(key for key, count in counts.items() if count > 1)!r} twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number; it is not a finite number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once,
    parse_float=WrittenNumber,
    parse_int=WrittenNumber,
    parse_constant=_no_constant,
)
