"""The page "Write a contract" takes a newcomer from a sample to an accepted source, as it stands.

Belongs here: running the page from top to bottom in a copy of the checkout, and that its table of
words is complete. Does not belong here: links (`test_project.py`), the words themselves, and the
table of codes (`ingestion/test_codes_page.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.contracts.editor_schema import SCHEMA, render_schema
from ingestion.contracts.reference import BEGIN, END, PAGE, render_reference
from tests.checkout import ROOT, files

AGAIN = "run cdp generate"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def transcript(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every command block of the page and what it printed, run in order in one copy."""
    checkout = tmp_path_factory.mktemp("newcomer") / "checkout"
    for path in files():
        copy = checkout / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CDP_", "MAKE"))}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment |= {"PYTHONPATH": str(checkout), "CDP_CANAL_LEVELS_URL": f"{checkout}/drops"}
    done = []
    for tag, block in FENCE.findall(TEXT):
        if tag == "yaml":
            name = block.split("\n", 1)[0].removeprefix("# ")
            (checkout / name).write_text(block, encoding="utf-8")
        if tag == "sh":
            command = ["bash", "-euo", "pipefail", "-c", block]
            run = subprocess.run(
                command, cwd=checkout, env=environment, capture_output=True, text=True
            )
            assert run.returncode == 0, f"{block}\n{run.stdout}{run.stderr}"
            done.append((block, run.stdout))
    return done


def said(transcript: list[tuple[str, str]], command: str) -> str:
    return next(printed for block, printed in transcript if command in block)


@pytest.mark.whole
def test_the_draft_accepts_the_sample_with_every_guess_marked(
    transcript: list[tuple[str, str]],
) -> None:
    printed = said(transcript, "cdp new source")

    assert "12 rows: 12 accepted, 0 quarantined, 0 repeated" in printed
    assert "era: buddhist  # review: such as 01/09/2568" in printed
    assert "รอประมวลผล: pending" in printed


@pytest.mark.whole
def test_the_completed_contract_accepts_the_sample(transcript: list[tuple[str, str]]) -> None:
    printed = said(transcript, "cdp try drafts/canal_levels.yaml tests/samples/canal_levels.csv")

    assert "12 rows: 12 accepted, 0 quarantined, 0 repeated" in printed


@pytest.mark.whole
def test_the_source_is_taken_in_once(transcript: list[tuple[str, str]]) -> None:
    blocks = [printed for block, printed in transcript if "cdp ingest canal_levels" in block]

    assert re.search(r"canal_levels +│ +1 │ +12 │ +0 │ +0 │ +0", blocks[0])
    assert "nothing new" in blocks[1]


@pytest.mark.whole
def test_the_next_file_ends_as_the_page_says(transcript: list[tuple[str, str]]) -> None:
    ingested = said(transcript, "cdp quarantine list")
    tried = said(transcript, "canal_levels_october.csv\n")

    assert re.search(r"canal_levels +│ +1 │ +3 │ +4 │ +1 │ +0", ingested)
    for code in ("ts_format", "value_unknown 2", "year_not_buddhist"):
        assert code in ingested
    shown = next(block for tag, block in FENCE.findall(TEXT) if tag == "text")
    assert " ".join(shown.split()) in " ".join(tried.split())


@pytest.mark.whole
def test_the_replay_ends_as_the_page_says(transcript: list[tuple[str, str]]) -> None:
    printed = said(transcript, "cdp quarantine replay canal_levels")

    assert "1 deliveries were judged under older words" in printed
    assert re.search(r"3 → 5 .* 4 → 2", printed)
    assert "let be; --all judges them too" in printed


@pytest.mark.whole
def test_what_follows_is_written_where_the_page_says(transcript: list[tuple[str, str]]) -> None:
    printed = said(transcript, "cdp generate")

    for written in ("sources.yml", "source_contracts.sql", "schema.json", "write-a-contract.md"):
        assert written in printed


def test_every_command_block_is_run_and_every_other_block_is_known() -> None:
    assert {tag for tag, _ in FENCE.findall(TEXT)} == {"sh", "yaml", "text"}


def test_the_table_of_words_agrees_with_the_models() -> None:
    committed = TEXT.partition(BEGIN)[2].partition(END)[0]

    assert committed == f"\n{render_reference()}", AGAIN


def test_every_word_is_explained() -> None:
    unexplained = [line for line in render_reference().splitlines() if line.endswith("|  |")]

    assert not unexplained, "describe it in its model, or in ingestion/contracts/reference.py"


def test_the_schema_for_editors_agrees_with_the_models() -> None:
    assert SCHEMA.read_text("utf-8") == render_schema(), AGAIN
