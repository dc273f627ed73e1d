"""Source contracts: one YAML file per source under its domain, and the words that it may say.

Belongs here: the words of a source (`source.py`), of a field (`field.py`), of where bytes come from
(`fetching.py`) and what they are (`formats.py`), and their tables for people and editors. Does not
belong here: what words must be to each other, and reading files (`ingestion/sources/`); doing what
a contract says.
"""

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract

__all__ = ["Field", "SourceContract"]
