"""The READMEs, as people follow them."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_readmes_own_words_read_codes_of_the_csv_file_as_text(
    codes: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (codes / f"README.{language}.md").read_text("utf-8")
    monkeypatch.chdir(codes)

    for block in re.findall(r"^```python\n(.*?)^```$", readme, re.M | re.S):
        found: dict[str, object] = {}
        exec(block, found)
        table = found["table"]
        assert isinstance(table, pd.DataFrame)
        assert table["place_code"].tolist()[1:] == ["0083", "8301"]
