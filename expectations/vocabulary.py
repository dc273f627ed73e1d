"""The words that a suite may use: GX's expectation types and arguments, the product's columns.

Belongs here: refusing an unknown type, argument, column or placeholder before anything is judged,
with the closest known word. Does not belong here: reading the file (`suite.py`). Importing this
module is cheap, calling it loads Great Expectations.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import duckdb

from dbt_project.products import Product
from expectations.asking import asking
from expectations.standard import declared_columns, standard_names
from expectations.suite import (
    PLACEHOLDERS,
    SUITES,
    Rule,
    Suite,
    SuiteError,
    fill,
    hint,
    read_suite,
    suite_path,
)

# Arguments of every expectation that a suite says elsewhere or must not say.
_NOT_FOR_SUITES = frozenset(
    {"batch_id", "catch_exceptions", "condition_parser", "description", "id", "meta", "notes"}
    | {"rendered_content", "result_format", "row_condition", "severity", "windows"}
)
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def load_suite(product: Product, root: Path = SUITES) -> Suite:
    """The suite of a product, every word of it known: types and arguments to GX, columns to the
    product.

    Raises
    ------
    SuiteError: naming the file, the rule, what was found and the closest known word.
    """
    path = suite_path(product, root)
    suite = read_suite(path)
    if suite.name != product.id:
        raise SuiteError(f"suite {path} has name {suite.name!r}", expected=repr(product.id))
    refuse_unknown_words(suite, product, path)
    return suite


def refuse_unknown_words(suite: Suite, product: Product, path: Path) -> None:
    """Raise `SuiteError` at the first word of the suite that nobody would understand."""
    ours = standard_names(product)
    for rule in suite.expectations:
        where = f"suite {path}: rule {rule.rule}"
        if rule.rule in ours:
            raise SuiteError(
                f"{where}: {rule.rule} is the name of a standard rule", fix="rename it"
            )
        _refuse_unknown_type(rule, where)
        _refuse_unknown_columns(rule, product, where)
        _refuse_unknown_arguments(rule, where)
        if rule.query:
            _refuse_bad_query(rule, product, where)


def _refuse_unknown_type(rule: Rule, where: str) -> None:
    from expectations.validation import expectation_types

    known = expectation_types()
    if rule.type not in known:
        raise SuiteError(f"{where}: unknown type {rule.type!r}; {hint(rule.type, known)}")


def _refuse_unknown_arguments(rule: Rule, where: str) -> None:
    from expectations.validation import arguments_of, build_expectation

    known = arguments_of(rule.type) - _NOT_FOR_SUITES
    for word in rule.kwargs:
        if word not in known:
            told = hint(word, known)
            raise SuiteError(f"{where}: {rule.type} takes no argument {word!r}; {told}")
    try:
        build_expectation(rule, _ANY_TIME)
    except ValueError as error:
        said = " ".join(str(error).split())
        raise SuiteError(f"{where}: {said}") from None


def _refuse_unknown_columns(rule: Rule, product: Product, where: str) -> None:
    known = [column.name for column in product.columns]
    for word in rule.columns:
        if word not in known:
            raise SuiteError(f"{where}: {product.id} has no column {word!r}; {hint(word, known)}")


def _refuse_bad_query(rule: Rule, product: Product, where: str) -> None:
    """Run the query on an empty table of the product: the engine knows best what it understands."""
    try:
        placeholders = {name for _, name, _, _ in Formatter().parse(rule.query) if name is not None}
    except ValueError as error:
        raise SuiteError(f"{where}: {error}", fix="write a literal brace twice") from None
    for name in sorted(placeholders - set(PLACEHOLDERS)):
        raise SuiteError(f"{where}: unknown {{{name}}} in its query; {hint(name, PLACEHOLDERS)}")
    if "batch" not in placeholders:
        raise SuiteError(f"{where}: its query does not read {{batch}}")
    query = fill(rule.query, now=_ANY_TIME, previous="batch").format(batch="batch")
    with asking() as connection:
        connection.execute(f"create temp table batch ({declared_columns(product)})")
        try:
            connection.execute(query)
        except duckdb.Error as error:
            said = [line.strip() for line in str(error).splitlines() if line.strip()]
            raise SuiteError(f"{where}: its query cannot run: {' '.join(said[:2])}") from None
