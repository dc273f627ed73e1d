"""What a model is made from, told from the manifest that dbt wrote when it built.

Belongs here: following dbt's graph, and the SQL that it compiled, down to the sources. Does not
belong here: what follows from that for a product (`expectations/standard.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TypedDict

RECEIPTS = "_receipts"
"""The one table of the lake that is no source: it tells in which order deliveries came."""

Parents = Mapping[str, Collection[str]]
"""dbt's `parent_map`: what each node is made from, or is a test of."""

_LAKE_PATH = re.compile(r"/lake/([a-z]\w*)/(?:day=|\*)")
_TABLE = re.compile(r"(?<!\w)(?=(\w+\.\w+)\b)")  # of a.b.c: a.b, and b.c


class Node(TypedDict, total=False):
    """The part of a node that is read here. Only a build writes `compiled_code`."""

    relation_name: str | None
    compiled_code: str | None


class Manifest(TypedDict):
    """The part of dbt's `manifest.json` that is read here."""

    parent_map: dict[str, list[str]]
    nodes: dict[str, Node]


def sources_behind(model: str, manifest: Manifest) -> tuple[str, ...]:
    """The source contracts that a model is made from, through whatever lies between.

    What dbt saw as `ref` and `source` counts, also inside a macro; so does a table or a path of
    the lake that its SQL names without them. Empty when dbt does not know the model.
    """
    start = f"model.city.{model}"
    if start not in manifest["parent_map"]:
        return ()
    tables = {
        _plain(name).split(".", 1)[-1]: node
        for node, facts in manifest["nodes"].items()
        if (name := facts.get("relation_name"))
    }
    parents: dict[str, list[str]] = {
        node: [*declared, *_named_in(manifest["nodes"].get(node, {}), tables)]
        for node, declared in manifest["parent_map"].items()
    }
    found = {node_name(node).split(".")[-1] for node in behind(start, parents) if _is_source(node)}
    return tuple(sorted(found - {RECEIPTS}))


def behind(node: str, parents: Parents) -> set[str]:
    """A node and all that it is made from."""
    found, ahead = set[str](), [node]
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead += parents.get(each, ())
    return found


def node_name(node: str) -> str:
    """dbt's unique id without the kind of the node and the project."""
    return node.split(".", 2)[2]


def _is_source(node: str) -> bool:
    return node.startswith("source.")


def _named_in(facts: Node, tables: Mapping[str, str]) -> Iterator[str]:
    code = facts.get("compiled_code") or ""
    for source in _LAKE_PATH.findall(code):
        yield f"source.city.lake.{source}"
    for table in _TABLE.findall(_plain(code)):
        if node := tables.get(table):
            yield node


def _plain(sql: str) -> str:
    return sql.replace('"', "").lower()
