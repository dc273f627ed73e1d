"""Reading contract files and refusing what they must not say.

Belongs here: YAML → `SourceContract`, overlays, and errors that name the file, the key, what was
found, what is allowed, and the closest known word. Does not belong here: the words themselves
(`ingestion/contracts/`), and what they must be to each other (`rules.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ingestion.contracts.references import ContractError
from ingestion.contracts.source import SourceContract
from ingestion.settings import PROJECT
from ingestion.sources.rules import checked
from ingestion.words.closest import closest
from ingestion.words.strict_yaml import read_yaml, yaml_problem

CONTRACTS = PROJECT / "ingestion" / "contracts"


def load_contracts(overlay: Path | None = None) -> tuple[SourceContract, ...]:
    """All source contracts, ordered by domain and id.

    Parameters
    ----------
    overlay: a folder of contracts that replace those with the same id (`CDP_CONTRACTS_OVERLAY`):
        how one deployment describes the same source in other bytes.

    Raises
    ------
    ContractError: for the first file that cannot be used, or two files with one id.
    """
    contracts = dict(_shipped(tuple(map(_stamp, sorted(CONTRACTS.rglob("*.yaml"))))))
    if overlay:
        if not overlay.is_dir():
            raise ContractError(
                f"CDP_CONTRACTS_OVERLAY names {overlay}, which is not a folder",
                fix="create it or unset the setting",
            )
        contracts |= _load_folder(overlay)
    return tuple(sorted(contracts.values(), key=lambda c: (c.domain, c.id)))


def load_contract(path: Path) -> SourceContract:
    """One contract file.

    Raises
    ------
    ContractError: naming the file, the key, what was found and what is allowed.
    """
    try:
        written = read_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContractError(f"contract {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ContractError(
            f"contract {path} is not UTF-8 at byte {error.start}", fix="save the file as UTF-8"
        ) from None
    except yaml.YAMLError as error:
        raise ContractError(f"contract {path} is not YAML: {yaml_problem(error)}") from None
    if not isinstance(written, dict):
        raise ContractError(
            f"contract {path} holds no keys", expected="a mapping that starts with id"
        )
    try:
        return checked(written)
    except ValidationError as error:
        # A misspelt key shows up twice, as unknown and as missing: the first tells more.
        found = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise ContractError(_explain(path, found[0], len(found))) from None


def _stamp(path: Path) -> tuple[Path, int, int]:
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _shipped(files: tuple[tuple[Path, int, int], ...]) -> Mapping[str, SourceContract]:
    """The platform's own, read anew once a file of them is another: every step asks for them, and
    reading all takes longer than many a step."""
    return _load_folder(CONTRACTS)


def _load_folder(folder: Path) -> dict[str, SourceContract]:
    found: dict[str, SourceContract] = {}
    for path in sorted(folder.rglob("*.yaml")):
        contract = load_contract(path)
        if contract.id != path.stem:
            raise ContractError(
                f"contract {path} has id {contract.id!r}",
                expected=f"the file's name, {path.stem!r}",
            )
        if contract.id in found:
            raise ContractError(f"two contracts in {folder} have the id {contract.id!r}")
        found[contract.id] = contract
    return found


def _explain(path: Path, error: ErrorDetails, count: int) -> str:
    """The first validation error as one line for whoever wrote the file."""
    where = ".".join(str(part) for part in error["loc"])
    context = error.get("ctx", {})
    if error["type"] == "extra_forbidden":
        word = str(error["loc"][-1])
        said = f"unknown key {word!r}; {_instead(word, list(_keys_at(error['loc'][:-1])))}"
    elif error["type"] == "missing":
        said = "is missing"
    elif error["type"] == "union_tag_invalid":
        known = str(context["expected_tags"]).replace("'", "").split(", ")
        said = f"unknown {str(context['discriminator'])[1:-1]} {context['tag']!r}; "
        said += _instead(str(context["tag"]), known)
    elif error["type"] == "literal_error":
        known = [word.strip("'") for word in re.split(r", | or ", str(context["expected"]))]
        said = f"found {_short(error['input'])}; {_instead(str(error['input']), known)}"
    else:
        said = error["msg"].removeprefix("Value error, ")
        if error["type"] != "value_error":  # a sentence of ours says itself what it found
            said = f"found {_short(error['input'])}; {said}"
    more = f" (and {count - 1} more)" if count > 1 else ""
    return f"contract {path}: {where + ': ' if where else ''}{said}{more}"


def _instead(word: str, known: list[str]) -> str:
    near = closest(word, known)
    hint = f"did you mean {near!r}? " if near else ""
    return f"{hint}allowed: {', '.join(sorted(known))}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_at(location: tuple[int | str, ...]) -> Iterator[str]:
    """The keys a contract may have at a place, following the models from the top."""
    models: list[type[BaseModel]] = [SourceContract]
    for part in location:
        if isinstance(part, int):
            continue
        tagged = [m for m in models if _tag(m) == part]
        if tagged:
            models = tagged
            continue
        annotations = [m.model_fields[part].annotation for m in models if part in m.model_fields]
        if not annotations:
            continue  # the key of a mapping, whose values are these models
        models = [m for annotation in annotations for m in _models_in(annotation)]
    for model in models:
        yield from model.model_fields


def _tag(model: type[BaseModel]) -> str | None:
    """What tells this model from its siblings: the value of `connector` or `type`."""
    for name in ("connector", "type"):
        field = model.model_fields.get(name)
        if field and len(get_args(field.annotation)) == 1:
            return str(get_args(field.annotation)[0])
    return None


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, tuple, dict) or get_args(annotation):
        for part in get_args(annotation):
            yield from _models_in(part)
