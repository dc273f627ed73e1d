"""Writes what dbt must know of the lake's sources and the source contracts already say.

Committed files: `models/staging/<domain>/sources.yml`, the sources of a domain;
`models/staging/receipts.yml`; `macros/source_contracts.sql`, the words that models need (dbt hides
source properties from unit tests, so a macro holds them). A test proves that all agree with the
contracts; `cdp generate` writes them anew.
Does not belong here: which row wins, or any other SQL (`macros/`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from dbt_project.lineage import RECEIPTS
from ingestion.contracts import SourceContract
from ingestion.fields import kind_of
from ingestion.judging.results.accepted import lake_columns
from ingestion.sources import load_contracts
from ingestion.storage import keys

PROJECT = Path(__file__).resolve().parent
Yaml = str | int | bool | list["Yaml"] | dict[str, "Yaml"]

_NOTICE = "Written by dbt_project/sources.py from ingestion/contracts: change those, not this file."
# The macro `in_the_lake` fills this in: what dbt reads is the same in every deployment.
_LAKE = "{lake}"
_RECEIPT = {
    "_rescued": "What the source sent beyond the contract's fields, as JSON",
    "_delivery": "SHA-256 of the raw file that brought the row",
    "_record": "Number of the record in that file",
    "_received_at": "When that file was received",
}
_RECEIPTS: dict[str, Yaml] = {
    "name": RECEIPTS,
    "description": "The receipts that ledgers name, in order. Rows of others do not count.",
    "config": {
        "meta": {
            "formatter": "template",
            "external_location": f"read_parquet('{_LAKE}/{keys.lake_receipts()}')",
        }
    },
    "columns": [
        {"name": "source", "data_type": "varchar", "description": "Id of the source"},
        {"name": "delivery", "data_type": "varchar", "description": "SHA-256 of the raw file"},
        {"name": "received_at", "data_type": "timestamptz", "description": "When it was received"},
        {"name": "number", "data_type": "bigint", "description": "Its place in the ledger"},
    ],
}
_DAY = "Event day in Asia/Bangkok, or the day received where rows have no event day"


def write_sources(project: Path = PROJECT) -> tuple[Path, ...]:
    """Write the sources of all contracts into the dbt project, and say where."""
    texts = rendered(load_contracts())
    for path in project.glob("models/staging/*/sources.yml"):
        if str(path.relative_to(project)) not in texts:  # the last source of its domain is gone
            path.unlink()
    for name, text in texts.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    return tuple(project / name for name in texts)


def rendered(contracts: Iterable[SourceContract]) -> dict[str, str]:
    """The texts of all files that follow from the contracts, by their paths in the dbt project."""
    known = sorted(contracts, key=lambda contract: contract.id)
    texts = {
        f"models/staging/{domain}/sources.yml": render_sources(
            _table(contract) for contract in known if contract.domain == domain
        )
        for domain in sorted({contract.domain for contract in known})
    }
    return texts | {
        "models/staging/receipts.yml": render_sources([_RECEIPTS]),
        "macros/source_contracts.sql": render_words(known),
    }


def render_sources(tables: Iterable[Yaml]) -> str:
    """The text of a `sources.yml`. All files add their tables to the one dbt source `lake`."""
    source: dict[str, Yaml] = {
        "name": "lake",
        "description": "Typed, keyed, dated rows: the only thing that dbt reads.",
        "tables": list(tables),
    }
    document = {"version": 2, "sources": [source]}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return f"# {_NOTICE}\n{text}"


def render_words(contracts: Iterable[SourceContract]) -> str:
    """The text of `source_contracts.sql`: a macro that returns a mapping by source."""
    words = {contract.id: _words(contract) for contract in sorted(contracts, key=lambda c: c.id)}
    # JSON is also a literal of Jinja.
    literal = json.dumps(words, indent=4, ensure_ascii=False)
    return (
        f"{{# {_NOTICE} #}}\n"
        f"{{% macro source_contracts() %}}\n{{{{ return({literal}) }}}}\n{{% endmacro %}}\n"
    )


def words(contract: SourceContract) -> dict[str, Yaml]:
    """What dbt needs to know of a contract: for one that a deployment overlays, as a variable."""
    return {**_words(contract), **_promises(contract)}


def _table(contract: SourceContract) -> Yaml:
    meta: dict[str, Yaml] = {
        # DuckDB's braces would be taken for placeholders of the adapter's default formatter.
        "formatter": "template",
        "external_location": f"read_parquet('{_LAKE}/lake/{contract.id}/day=*/*.parquet', "
        "hive_partitioning = true, hive_types = {'day': date})",
    }
    return {
        "name": contract.id,
        "description": f"{contract.title.en}. {contract.description.en}",
        "config": {"meta": meta},
        "columns": [
            *(
                _column(name, kind, _description(contract, name))
                for name, kind in lake_columns(contract).items()
            ),
            _column("day", "date", _DAY),
        ],
        "data_tests": [
            {
                "keeps_the_contract": {
                    "name": f"{contract.id}_keeps_the_contract",
                    "arguments": _promises(contract),
                }
            }
        ],
    }


def _words(contract: SourceContract) -> dict[str, Yaml]:
    columns = lake_columns(contract)
    return {
        "delivery": contract.delivery,
        "conflict": contract.repeats.conflict,
        "key": list(contract.key),
        "day": contract.day or "",
        "issued": contract.issued or "",
        "lookback_days": contract.lookback_days,
        "content": [name for name in columns if not name.startswith("_")],
    }


def _description(contract: SourceContract, column: str) -> str:
    """What a column of the lake holds: a field, the reason why a field is empty, or a receipt."""
    for field in contract.fields:
        if column == field.name:
            return field.description.en + (f" ({field.unit})" if field.unit else "")
        if field.no_value and column == f"{field.name}_reason":
            codes = ", ".join(sorted(set(field.no_value.values())))
            return f"Why {field.name} has no value: {codes}"
        for told in kind_of(field).told(field):
            if column == told.name:
                return told.description
    return _RECEIPT[column]


def _column(name: str, data_type: str, description: str) -> dict[str, Yaml]:
    return {"name": name, "data_type": data_type, "description": description}


def _promises(contract: SourceContract) -> dict[str, Yaml]:
    """What every row of the source must satisfy, in the words of the generic test."""
    columns = lake_columns(contract)
    stored = [field for field in contract.fields if field.name in columns]
    return {
        "source_id": contract.id,
        "required": [field.name for field in stored if field.required],
        "allowed": {field.name: list(field.allowed) for field in stored if field.allowed},
    }
