"""The README and the page of sources tell every setting that is asked for, and no other."""

from __future__ import annotations

import re

from ingestion.contracts import SourceContract
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from tests.checkout import ROOT

NAME = re.compile(r"`([A-Z][A-Z0-9_]+)`")
REFERENCE = re.compile(r"\$\{(CDP_[A-Z0-9_]+)\}")


def listed() -> set[str]:
    """What the first column of the table names."""
    section = (ROOT / "README.md").read_text("utf-8").split("## Settings")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in rows for name in NAME.findall(cell)}


def test_the_readme_lists_every_setting_of_the_platform() -> None:
    own = {f"CDP_{name.upper()}" for name in Settings.model_fields}

    assert own - listed() == set()


def told_of_sources() -> set[str]:
    """What the page of sources names."""
    return set(NAME.findall((ROOT / "docs/sources.md").read_text("utf-8")))


def test_the_readme_or_the_page_of_sources_tells_every_setting_of_a_contract() -> None:
    shipped = "".join(contract.model_dump_json() for contract in load_contracts())
    by_default = str(SourceContract.model_json_schema())

    asked = set(REFERENCE.findall(shipped + by_default))

    assert {"CDP_CKAN_URL", "CDP_SFTP_PASSWORD"} <= asked
    assert asked - listed() - told_of_sources() == set()


def test_the_readme_lists_no_setting_that_nobody_asks_for() -> None:
    sources = [path for room in ("ingestion", "orchestration") for path in (ROOT / room).rglob("*")]
    texts = [path.read_text("utf-8") for path in sources if path.suffix in (".py", ".yaml")]
    own = {f"CDP_{name.upper()}" for name in Settings.model_fields}

    unknown = {name for name in listed() - own if not any(name in text for text in texts)}

    assert unknown == set()
