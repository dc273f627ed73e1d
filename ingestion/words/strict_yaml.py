"""YAML as people write it for us, without its surprises.

A key twice and an alias are errors; dates and words such as "no" stay the texts that were written.
Read by libyaml where PyYAML has it: the contracts are read by every command.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import TYPE_CHECKING, cast

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as Reader
else:
    Reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> object:
    """The document that a text holds.

    Raises
    ------
    yaml.YAMLError: it is none, or one with such a surprise.
    """
    if "*" in text:  # only then can there be an alias, and to look for one costs as much again
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                problem = "aliases are not allowed"
                mark = cast("yaml.Mark", event.start_mark)
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


def yaml_problem(error: yaml.YAMLError) -> str:
    """What is wrong, in one line that names the line of the file if it is known."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


class _Loader(Reader):
    """Refuses surprises."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, object]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            problem = f"key {key.value!r} stands twice"
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        seen.add(key.value)
    found: dict[Hashable, object] = loader.construct_mapping(node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
