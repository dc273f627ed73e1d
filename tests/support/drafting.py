"""Samples drafted and judged in tests: the draft as a person would use it."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import yaml

from ingestion.clock import FixedClock
from ingestion.contracts import Field, SourceContract
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.scaffold import draft_contract
from ingestion.sources import load_contract
from tests.support.judging import NOW

CLOCK = FixedClock(NOW)


@dataclass(frozen=True)
class Drafted:
    """A draft, loaded from its file, and what became of the sample under it."""

    text: str
    contract: SourceContract
    outcome: ParseOutcome

    def field(self, name: str) -> Field:
        return self.contract.field(name)

    def why(self, field: str, word: str) -> str:
        """The mark beside a word of a field."""
        part = self.text.split(f"- name: {field}", 1)[1].split("- name: ")[0]
        line = next(line for line in part.splitlines() if line.strip().startswith(f"{word}:"))
        return line.partition("# review: ")[2]


@dataclass(frozen=True)
class Drafting:
    """Drafts in a folder, with a parser that is there already."""

    folder: Path
    sandbox: Sandbox

    def __call__(self, body: bytes | str, name: str = "sample.csv") -> Drafted:
        """Draft a contract from a body, load it, and judge the body by it."""
        folder = self.folder / uuid4().hex
        folder.mkdir(parents=True)
        sample = folder / name
        sample.write_bytes(body.encode() if isinstance(body, str) else body)
        return self.of(sample, folder)

    def of(self, sample: Path, folder: Path) -> Drafted:
        """The same for a file."""
        text = draft_contract(sample, CLOCK, self.sandbox, source="sample").text
        written = folder / "sample.yaml"
        written.write_text(text, encoding="utf-8")
        contract = load_contract(written)
        work = folder / "work"
        work.mkdir()
        outcome = self.sandbox.parse(Job(contract, sample, work, "d" * 64, NOW))
        return Drafted(text, contract, outcome)


def assert_takes_all(draft: Drafted) -> None:
    """Every row of the sample is accepted, or counted as an equal repeat."""
    outcome = draft.outcome
    assert (outcome.status, outcome.reasons) == ("accepted", {}), f"{outcome}\n{draft.text}"
    assert outcome.accepted + outcome.deduplicated == outcome.rows > 0
    assert yaml.safe_load(draft.text)["fields"]


def column(*cells: str, heading: str = "value") -> str:
    """A CSV of one column beside a number that tells the rows apart."""
    made = io.StringIO()
    csv.writer(made).writerows([("row", heading), *enumerate(cells, 1)])
    return made.getvalue()


def zipped(name: str, body: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return made.getvalue()


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
