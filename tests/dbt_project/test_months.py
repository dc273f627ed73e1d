"""Tables that are written by periods lie in the lake month by month, from their first row on."""

from __future__ import annotations

import re

import pytest

from orchestration.deployment import DBT_PROJECT, Deployment
from orchestration.tables import open_tables
from tests.support.demo_home import DemoRun

CONFIGURED = {
    path.stem: said[1]
    for path in sorted(DBT_PROJECT.glob("models/**/*.sql"))
    if (said := re.search(r"\{\{\s*config\((.*?)\)\s*\}\}", path.read_text("utf-8"), re.DOTALL))
}
BY_PERIOD = sorted(name for name, said in CONFIGURED.items() if said.startswith("replaces("))


@pytest.mark.parametrize("model", CONFIGURED)
def test_no_model_keeps_rows_of_other_periods_but_by_the_one_way(model: str) -> None:
    assert "incremental" not in CONFIGURED[model]


@pytest.mark.parametrize("model", BY_PERIOD)
def test_no_row_of_such_a_table_was_written_before_it_was_divided(
    small_run: DemoRun, model: str
) -> None:
    with open_tables(Deployment(small_run.settings), read_only=True) as tables:
        files = tables.files(model)

    assert files
    for key in files:
        assert re.search(r"/year=\d{4}/month=\d{1,2}/[^/]+$", key), key
