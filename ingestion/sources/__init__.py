"""The sources that are declared: contract files, read, held against their rules and shown.

Belongs here: what is asked of a contract as a whole (`rules.py`), reading files (`loading.py`), the
page of all sources (`page.py`). Does not belong here: the words of a contract
(`ingestion/contracts/`), and what one field means (`ingestion/fields/`).
"""

from ingestion.sources.loading import load_contract, load_contracts
from ingestion.sources.rules import checked

__all__ = ["checked", "load_contract", "load_contracts"]
