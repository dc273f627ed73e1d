"""The code that a verdict rests on: every module that a module calls on, and every library.

Belongs here: following imports, also those inside functions, without running anything. Does not
belong here: what is done with the answer (`gate.py`). So nobody must keep a list, which would be
wrong from the first day on which somebody forgets it.
"""

from __future__ import annotations

import ast
import hashlib
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions, version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


@dataclass
class Code:
    """Files of the project, by module, and the names of other people's top-level packages."""

    files: dict[str, Path] = field(default_factory=dict)
    libraries: set[str] = field(default_factory=set)


def code_sha256(module: str, project: Path = PROJECT) -> str:
    """The hash of all code that a module of the project can run, with versions of what it uses."""
    code = code_behind(module, project)
    digest = hashlib.sha256(f"python {platform.python_version()}\n".encode())
    for line in sorted(_versions(code.libraries)):
        digest.update(f"{line}\n".encode())
    for name, path in sorted(code.files.items()):
        digest.update(f"{name}\n".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def code_behind(module: str, project: Path = PROJECT) -> Code:
    """A module, whatever it imports now or later, and so on.

    What is imported for type checkers alone is never run. Of the packages around a module only the
    bytes of `__init__.py` count, which are run; what that imports counts where its names are used.
    """
    found = Code()
    ahead = [module]
    while ahead:
        name = ahead.pop()
        path = _file(name, project)
        if path is None:
            found.libraries.add(name.split(".")[0])
        elif name not in found.files:
            found.files[name] = path
            ahead += _imports(name, path, project)
    for name in list(found.files):
        while name := name.rpartition(".")[0]:
            if around := _file(name, project):
                found.files[name] = around
    found.libraries -= sys.stdlib_module_names
    return found


def _file(module: str, project: Path) -> Path | None:
    path = project.joinpath(*module.split("."))
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _imports(module: str, path: Path, project: Path) -> Iterator[str]:
    for node in _run(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, path, node)
            for alias in node.names:
                # A name is a module of the package, or something that the package itself holds.
                inner = f"{source}.{alias.name}"
                yield inner if _file(inner, project) else source


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under `if TYPE_CHECKING`."""
    ahead = [tree]
    while ahead:
        node = ahead.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            ahead += node.orelse
        else:
            ahead += ast.iter_child_nodes(node)


def _absolute(module: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _versions(libraries: set[str]) -> Iterator[str]:
    known = packages_distributions()
    for library in libraries:
        for name in set(known.get(library, ())):
            yield f"{name} {version(name)}"
