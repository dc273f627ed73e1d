"""Suites: the written rules of one product, and reading them.

Belongs here: the words of a suite file and errors that name the file, the rule and the closest
known word. Does not belong here: what an expectation type means (Great Expectations knows, see
`vocabulary.py`), rules that every product obeys unasked (`standard.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from dbt_project.products import Product
from expectations.report import Severity
from ingestion.clock import BANGKOK, bangkok_day
from ingestion.contracts.words import Bilingual, Identifier
from ingestion.errors import PermanentError
from ingestion.words.closest import closest
from ingestion.words.strict_yaml import read_yaml, yaml_problem

SUITES = Path(__file__).resolve().parent / "suites"
ROW_QUERY = "unexpected_rows_expectation"
PLACEHOLDERS = ("batch", "previous", "now", "today")


class SuiteError(PermanentError):
    """A suite cannot be used as it is written, or there is none."""


class Words(BaseModel):
    """Base of every part of a suite: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Words):
    """One expectation: its name for people, its type and arguments in GX's own words, and why."""

    rule: Identifier
    type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]+$")]
    kwargs: dict[str, JsonValue]
    severity: Severity
    why: Bilingual

    @property
    def query(self) -> str:
        """The SQL of a rule that lists its unexpected rows; empty for any other rule."""
        return str(self.kwargs.get("unexpected_rows_query", "")) if self.type == ROW_QUERY else ""

    @property
    def columns(self) -> list[str]:
        """The columns that its arguments name; those of a query are not among them."""
        named = [
            str(self.kwargs[w]) for w in ("column", "column_A", "column_B") if w in self.kwargs
        ]
        for word in ("column_list", "column_set"):
            value = self.kwargs.get(word)
            named += [str(name) for name in value] if isinstance(value, list) else []
        return named

    @property
    def needs_previous(self) -> bool:
        """Whether the rule compares with the last release."""
        return "{previous}" in self.query


class Suite(Words):
    """All written rules of one product, and the hash of the file they stand in."""

    name: Identifier
    expectations: Annotated[tuple[Rule, ...], Field(min_length=1)]
    sha256: str

    def __len__(self) -> int:
        return len(self.expectations)


def suite_path(product: Product, root: Path = SUITES) -> Path:
    """Where the suite of a product stands."""
    return root / product.domain / f"{product.id}.yaml"


def read_suite(path: Path) -> Suite:
    """A suite file as it is written, without asking whether its words are known.

    Raises
    ------
    SuiteError: the file is missing, is not YAML, or lacks a part.
    """
    try:
        body = path.read_bytes()
        written = read_yaml(body.decode())
    except FileNotFoundError:
        raise SuiteError(
            f"there is no suite {path}",
            fix="write one: nothing goes out without rules of its own",
        ) from None
    except OSError as error:
        raise SuiteError(f"suite {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SuiteError(
            f"suite {path} is not UTF-8 at byte {error.start}", fix="save the file as UTF-8"
        ) from None
    except yaml.YAMLError as error:
        raise SuiteError(f"suite {path} is not YAML: {yaml_problem(error)}") from None
    if not isinstance(written, dict) or "sha256" in written:
        raise SuiteError(f"suite {path} is malformed", expected="the keys name and expectations")
    try:
        suite = Suite.model_validate(written | {"sha256": hashlib.sha256(body).hexdigest()})
    except ValidationError as error:
        raise SuiteError(f"suite {path}: {_first_problem(error)}") from None
    names = [rule.rule for rule in suite.expectations]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SuiteError(f"suite {path} names two rules {twice[0]!r}", fix="rename one of them")
    return suite


def fill(query: str, *, now: datetime, previous: str) -> str:
    """A row query with its placeholders filled in, all but `{batch}`, which GX fills.

    `{now}` is the instant of judging, `{today}` its day in Asia/Bangkok, `{previous}` the last
    release (an SQL expression that reads it).
    """
    words = {
        "{now}": f"timestamptz '{now.astimezone(BANGKOK).isoformat()}'",
        "{today}": f"date '{bangkok_day(now).isoformat()}'",
        "{previous}": previous.replace("{", "{{").replace("}", "}}"),
    }
    for word, sql in words.items():
        query = query.replace(word, sql)
    return query


def hint(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown word: the closest known one, or all that are known."""
    words = sorted(known)
    near = closest(word, words)
    return f"did you mean {near!r}?" if near else f"known: {', '.join(words)}"


def _first_problem(error: ValidationError) -> str:
    # A misspelt key shows up twice, as unknown and as missing: the first tells more.
    first = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = (Suite, Rule, Bilingual)[sum(isinstance(part, str) for part in first["loc"]) - 1]
        known_words = set(known.model_fields) - {"sha256"}
        return f"{where}: unknown key; {hint(str(first['loc'][-1]), known_words)}"
    return f"{where}: {first['msg']}"
