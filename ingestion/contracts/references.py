"""References of a contract to settings of the deployment: `${CDP_…}`, and what fills them in.

Does not belong here: which words may hold one (`fetching.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ingestion.errors import PermanentError

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class ContractError(PermanentError):
    """A contract file cannot be used as it is written."""


def resolve(text: str, environment: Mapping[str, str] | None = None) -> str:
    """A setting of a contract with its `${NAME}` references filled in from the environment.

    Raises
    ------
    ContractError: naming the variable that is not set.
    """
    values = os.environ if environment is None else environment

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not value:
            raise ContractError(
                f"setting {match[1]} is not set", fix=f"set {match[1]}; see README, Settings"
            )
        return value

    return REFERENCE.sub(fill, text)
