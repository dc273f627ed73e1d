"""`cdp new source` and `cdp quarantine replay` as a person calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ingestion.sources import load_contract
from tests.checkout import ROOT
from tests.support.commands import cdp

SAMPLE = ROOT / "tests" / "samples" / "canal_levels.csv"


def test_a_draft_is_written_and_the_sample_is_judged_by_it(tmp_path: Path) -> None:
    ran = cdp("new", "source", str(SAMPLE), "--out", str(tmp_path / "drafts"), home=tmp_path)

    written = tmp_path / "drafts" / "canal_levels.yaml"
    assert ran.returncode == 0, ran.stderr
    assert f"written {written}: " in ran.stdout
    assert "12 rows: 12 accepted, 0 quarantined, 0 repeated" in ran.stdout
    assert f"cdp try {written} {SAMPLE}" in ran.stdout.replace("\n", " ")
    assert load_contract(written).key == ("station_id", "day_on")


def test_id_domain_and_file_can_be_chosen(tmp_path: Path) -> None:
    written = tmp_path / "klong.yaml"

    ran = cdp(
        *("new", "source", str(SAMPLE), "--id", "klong", "--domain", "safety"),
        *("--out", str(written)),
        home=tmp_path,
    )

    assert ran.returncode == 0, ran.stderr
    assert (load_contract(written).id, load_contract(written).domain) == ("klong", "safety")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.csv"], "nowhere.csv is not a file"),
        ([str(SAMPLE), "--id", "Klong-1"], "makes no id of a source"),
        ([str(SAMPLE), "--id", "registered_hotels"], "there is a contract of source"),
        ([str(SAMPLE), "--domain", "canals"], "canals is no domain"),
    ],
)
def test_a_mistake_is_answered_in_one_line(tmp_path: Path, words: list[str], message: str) -> None:
    taken = ["--out", str(tmp_path / "drafts")] if "registered_hotels" not in words else []
    ran = cdp("new", "source", *words, *taken, home=tmp_path)

    assert ran.returncode == 1
    assert message in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr


def test_a_draft_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    written = tmp_path / "canal_levels.yaml"
    written.write_text("mine")

    ran = cdp("new", "source", str(SAMPLE), "--out", str(tmp_path), home=tmp_path)

    assert ran.returncode == 1
    assert f"{written} is there already" in ran.stderr
    assert written.read_text() == "mine"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A contract of the sample, as it is drafted."""
    folder = tmp_path_factory.mktemp("draft")
    ran = cdp("new", "source", str(SAMPLE), "--id", "canals", "--out", str(folder), home=folder)
    assert ran.returncode == 0, ran.stderr
    return (folder / "canals.yaml").read_text("utf-8")


@pytest.fixture
def judged_by_older_words(tmp_path: Path, draft: str) -> dict[str, str]:
    """Settings of a home with a delivery of which something was kept out, and a contract that
    was corrected since."""
    overlay, drops = tmp_path / "overlay", tmp_path / "drops"
    settings = {"CDP_CONTRACTS_OVERLAY": str(overlay), "CDP_CANALS_URL": str(drops)}
    written = overlay / "canals.yaml"
    overlay.mkdir()
    drops.mkdir()
    shutil.copy(SAMPLE, drops)
    written.write_text(draft.replace("minimum: 0", "minimum: 60"), encoding="utf-8")
    assert cdp("ingest", "canals", home=tmp_path, **settings).returncode == 0
    written.write_text(draft, encoding="utf-8")
    return settings


def test_what_was_judged_by_older_words_is_listed_and_replayed_once(
    tmp_path: Path, judged_by_older_words: dict[str, str]
) -> None:
    settings = judged_by_older_words

    listed = cdp("quarantine", "list", "canals", home=tmp_path, **settings)
    noted = cdp("ingest", "canals", home=tmp_path, **settings)
    facts = json.loads(cdp("quarantine", "list", "--json", home=tmp_path, **settings).stdout)
    replayed = cdp("quarantine", "replay", facts["sha256"][:12], home=tmp_path, **settings)
    again = cdp("quarantine", "replay", "canals", home=tmp_path, **settings)

    assert "1 judged under older words of the contract" in listed.stdout
    assert facts["older_words"] is True
    assert "cdp quarantine replay canals" in " ".join(noted.stdout.split())
    assert "→ 12" in replayed.stdout, replayed.stderr
    assert "nothing to replay" in again.stdout


def test_a_replay_without_its_bytes_fails_and_says_so(
    tmp_path: Path, judged_by_older_words: dict[str, str]
) -> None:
    shutil.rmtree(tmp_path / "lake" / "raw")

    ran = cdp("quarantine", "replay", "--json", home=tmp_path, **judged_by_older_words)
    facts = [json.loads(line) for line in ran.stdout.splitlines()]

    assert ran.returncode == 1
    told = next(each["problems"] for each in facts if each["source"] == "canals")
    assert "no longer there" in next(iter(told.values()))


def test_a_replay_of_what_is_not_there_is_answered_in_one_line(tmp_path: Path) -> None:
    unknown = cdp("quarantine", "replay", "registred_hotels", home=tmp_path)
    nowhere = cdp("quarantine", "replay", "abcdef123456", home=tmp_path)

    assert "did you mean 'registered_hotels'?" in unknown.stderr
    assert "0 deliveries begin with 'abcdef123456'" in nowhere.stderr
    assert (unknown.returncode, nowhere.returncode) == (1, 1)
