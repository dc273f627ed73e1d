"""The page "Sources" tells of every source, and of every setting that a province must fill in.

Belongs here: that the page is complete. Does not belong here: links (`test_project.py`), and
whether the simulated city sends what the contracts want (`tests/city`).
"""

from __future__ import annotations

import pytest

from ingestion.contracts import SourceContract
from ingestion.contracts.references import REFERENCE
from ingestion.sources import load_contracts
from ingestion.sources.page import (
    BEGIN,
    END,
    PAGE,
    render_sources,
    setting_rows,
    source_row,
)

TEXT = PAGE.read_text("utf-8")
CONTRACTS = load_contracts()
AGAIN = "; run cdp generate"


def test_every_source_has_its_row_and_no_other_has_one() -> None:
    written = {line for line in TEXT.splitlines() if line.startswith("| `") and "<br>" in line}

    rows = {source_row(contract): contract.id for contract in CONTRACTS}

    missing = sorted(name for row, name in rows.items() if row not in written)
    assert not missing, f"docs/sources.md lacks or misstates {', '.join(missing)}{AGAIN}"
    assert not written - set(rows), f"no contract has these rows{AGAIN}"


def test_every_setting_has_its_row() -> None:
    missing = [row for row in setting_rows(CONTRACTS) if row not in TEXT]

    assert not missing, "\n".join(missing) + AGAIN


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.id)
def test_every_setting_that_a_contract_names_is_on_the_page(contract: SourceContract) -> None:
    named = set(REFERENCE.findall(contract.fetch.model_dump_json()))

    assert not {name for name in named if f"`{name}`" not in TEXT}


def test_the_tables_are_as_they_are_generated() -> None:
    committed = TEXT.partition(BEGIN)[2].partition(END)[0]

    assert committed == f"\n{render_sources(CONTRACTS)}", AGAIN
