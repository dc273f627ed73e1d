"""The door that the tests of pseudonyms, spelling and discretion send their files through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingestion.privacy.door import Door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)
