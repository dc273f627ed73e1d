"""The JSON Schema of a source contract, for editors: completion, descriptions, red underlining.

`docs/source-contract.schema.json` is this module's output, and a test keeps it so. Does not belong
here: the rules between words (`ingestion/sources/rules.py`), which no JSON Schema says.
"""

from __future__ import annotations

import json
from pathlib import Path

from ingestion.contracts.source import SourceContract
from ingestion.settings import PROJECT

Schema = dict[str, object]
SCHEMA = PROJECT / "docs" / "source-contract.schema.json"


def render_schema() -> str:
    """The schema as the text of its file."""
    schema = SourceContract.model_json_schema(mode="validation")
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Source contract",
        "description": SourceContract.__doc__,
    }
    return json.dumps(about | _tidy(schema, named=False), ensure_ascii=False, indent=2) + "\n"


def write_schema() -> Path:
    """Write the schema where editors find it, and say where."""
    SCHEMA.write_text(render_schema(), encoding="utf-8")
    return SCHEMA


def _tidy(node: Schema, *, named: bool) -> Schema:
    """Without the titles that repeat a key in other letters.

    Parameters
    ----------
    named: is this a mapping from names to schemas, in which "title" is a name like others?
    """
    kept: Schema = {}
    for key, value in node.items():
        if key in ("title", "description") and isinstance(value, str) and not named:
            if key == "description":
                kept[key] = " ".join(value.split())
        elif isinstance(value, dict):
            kept[key] = _tidy(value, named=key in ("properties", "$defs", "mapping") and not named)
        elif isinstance(value, list):
            kept[key] = [_tidy(v, named=False) if isinstance(v, dict) else v for v in value]
        else:
            kept[key] = value
    return kept


if __name__ == "__main__":
    print(f"wrote {write_schema()}")
