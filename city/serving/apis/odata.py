"""The part of OData in which SensorThings services are asked: `$filter` and `$orderby`.

Texts become conditions on the properties of an entity; whatever is not understood is a
`QueryError`, never a wider answer than was asked for. Where entities come from is not told here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

Value = object
Lookup = Callable[[str], Value]  # the value at a path such as Datastream/name, or None
Condition = Callable[[Lookup], bool]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": eq, "ne": ne, "gt": gt, "ge": ge, "lt": lt, "le": le,
}  # fmt: skip
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
    "substringof": lambda part, text: part in text,
}
_TOKEN = re.compile(
    r"\s*(?:(?P<mark>[(),])|(?P<text>'(?:[^']|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+(?:\.\d+)?)(?![\w.:-])|(?P<word>[@A-Za-z_][\w.@/-]*))"
)


class QueryError(Exception):
    """A question that cannot be answered as it is asked; its text says why."""


@dataclass(frozen=True)
class Filter:
    """A condition, and the bounds that it sets to times: from, and before or at."""

    fits: Condition
    bounds: tuple[tuple[str, str, datetime], ...] = ()

    def window(self, path: str) -> tuple[datetime, datetime]:
        """No entity whose time at `path` lies outside fits; the widest where nothing is said."""
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        for bounded, comparison, moment in self.bounds:
            if bounded == path and comparison in ("gt", "ge", "eq"):
                first = max(first, moment)
            if bounded == path and comparison in ("lt", "le", "eq"):
                last = min(last, moment)
        return first, last


def read_filter(text: str) -> Filter:
    """The condition that a `$filter` sets; none at all where it is empty.

    Raises
    ------
    QueryError: naming what is not understood.
    """
    if not text:
        return Filter(lambda _: True)
    tokens = _Tokens(text)
    found = _either(tokens)
    if tokens.kind:
        raise QueryError(f"$filter: {tokens.text!r} is not expected there")
    return found


def read_order(text: str) -> list[tuple[str, bool]]:
    """The paths of an `$orderby`, each with whether it falls.

    Raises
    ------
    QueryError: naming the part that is no path with `asc` or `desc`.
    """
    order = []
    for part in filter(None, text.split(",")):
        path, _, way = part.strip().partition(" ")
        if not path or way.strip() not in ("", "asc", "desc"):
            raise QueryError(f"$orderby: {part.strip()!r} is no property with asc or desc")
        order.append((path, way.strip() == "desc"))
    return order


def sortable(value: Value) -> tuple[int, object]:
    """A key by which values of any kind stand in one order: kind by kind."""
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, value
    if isinstance(value, datetime):
        return 2, value
    return 3, str(value)


@dataclass(frozen=True)
class _Path:
    path: str


class _Tokens:
    """A text, token by token; `kind` is empty at its end."""

    def __init__(self, text: str) -> None:
        self._whole, self._at = text.rstrip(), 0
        self.kind = self.text = ""
        self.step()

    def step(self) -> str:
        """Go on to the next token; the one that was."""
        before = self.text
        if self._at >= len(self._whole):
            self.kind = self.text = ""
            return before
        match = _TOKEN.match(self._whole, self._at)
        if match is None:
            raise QueryError(f"$filter: {self._whole[self._at :].strip()[:40]!r} is not understood")
        self.kind, self._at = str(match.lastgroup), match.end()
        self.text = str(match[self.kind])
        return before

    def skip(self, text: str) -> None:
        """Go over what must stand here."""
        if self.text != text:
            raise QueryError(f"$filter: {text!r} is expected before {self.text or 'the end'!r}")
        self.step()


def _either(tokens: _Tokens) -> Filter:
    parts = [_all(tokens)]
    while tokens.text == "or":
        tokens.step()
        parts.append(_all(tokens))
    if len(parts) == 1:
        return parts[0]
    return Filter(lambda at: any(part.fits(at) for part in parts))


def _all(tokens: _Tokens) -> Filter:
    parts = [_one(tokens)]
    while tokens.text == "and":
        tokens.step()
        parts.append(_one(tokens))
    bounds = tuple(bound for part in parts for bound in part.bounds)
    return Filter(lambda at: all(part.fits(at) for part in parts), bounds)


def _one(tokens: _Tokens) -> Filter:
    if tokens.text == "not":
        tokens.step()
        inner = _one(tokens)
        return Filter(lambda at: not inner.fits(at))
    if tokens.text == "(":
        tokens.step()
        inner = _either(tokens)
        tokens.skip(")")
        return inner
    if tokens.text in _TEXT_TESTS:
        return _text_test(tokens)
    return _comparison(tokens)


def _text_test(tokens: _Tokens) -> Filter:
    test = _TEXT_TESTS[tokens.step()]
    tokens.skip("(")
    first = _operand(tokens)
    tokens.skip(",")
    second = _operand(tokens)
    tokens.skip(")")

    def fits(at: Lookup) -> bool:
        found = (_value(first, at), _value(second, at))
        return all(isinstance(value, str) for value in found) and test(str(found[0]), str(found[1]))

    return Filter(fits)


def _comparison(tokens: _Tokens) -> Filter:
    left = _operand(tokens)
    name = tokens.text
    compare = _COMPARISONS.get(name)
    if compare is None:
        known = ", ".join(_COMPARISONS)
        raise QueryError(f"$filter: {name or 'the end'!r} where one of {known} is expected")
    tokens.step()
    right = _operand(tokens)

    def fits(at: Lookup) -> bool:
        one, other = sortable(_value(left, at)), sortable(_value(right, at))
        if one[0] != other[0]:  # values of two kinds are only ever unequal
            return name == "ne"
        return compare(one, other)

    if isinstance(left, _Path) and isinstance(right, datetime):
        return Filter(fits, ((left.path, name, right),))
    return Filter(fits)


_WORDS = {"true": True, "false": False, "null": None}


def _operand(tokens: _Tokens) -> Value:
    kind, text = tokens.kind, tokens.step()
    if kind == "text":
        return text[1:-1].replace("''", "'")
    if kind == "number":
        return float(text)
    if kind == "time":
        return _moment(text)
    if kind == "word" and tokens.text != "(":
        return _WORDS[text] if text in _WORDS else _Path(text)
    raise QueryError(f"$filter: {text or 'the end'!r} where a property or a value is expected")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise QueryError(f"$filter: {text} is no time") from None


def _value(operand: Value, at: Lookup) -> Value:
    return at(operand.path) if isinstance(operand, _Path) else operand
