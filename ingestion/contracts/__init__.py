"""Source contracts: one YAML file per source under its domain, and the code that reads them.

Belongs here: the words of a contract (`model.py`), reading and refusing them (`loader.py`), the
JSON Schema for editors (`editor_schema.py`). Does not belong here: doing what a contract says.
"""

from ingestion.contracts.loader import load_contract, load_contracts
from ingestion.contracts.model import Field, SourceContract

__all__ = ["Field", "SourceContract", "load_contract", "load_contracts"]
