"""Paths as they are typed: absolute from the first moment, since what they are given to may work in
another folder.

Does not belong here: the folders that settings name (`ingestion/settings.py`).
"""

from __future__ import annotations

from pathlib import Path

from ingestion.settings import absolute


def typed_path(typed: str) -> Path:
    """A file or a folder that a command is told; whether something is there, the command says."""
    return absolute(Path(typed))
