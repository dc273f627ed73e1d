"""Files and tables of the safety sources, judged by the platform's parser and shipped contracts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

import yaml

from city.channels import DropFile, Table
from city.defects import Defect
from ingestion.contracts.source import SourceContract
from ingestion.judging.parse import open_engine, parse
from ingestion.limits import Limits
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.periods import living_keys
from ingestion.sources import checked
from ingestion.sources.loading import CONTRACTS
from tests.support.judging import DELIVERY, Judged, read_back

Flaw = tuple[str, int]  # file and record


@lru_cache(maxsize=32)
def contract_of(source: str) -> SourceContract:
    text = (CONTRACTS / "safety" / f"{source}.yaml").read_text("utf-8")
    return checked(yaml.safe_load(text))


@dataclass(frozen=True)
class Sent:
    """What became of all that a source sent, by file."""

    files: Mapping[str, Judged]
    defects: tuple[Defect, ...]

    @property
    def accepted(self) -> list[dict[str, object]]:
        return [row for judged in self.files.values() for row in judged.accepted]

    @property
    def quarantined(self) -> set[Flaw]:
        return {(name, row.record) for name, j in self.files.items() for row in j.quarantined}

    @property
    def refused(self) -> set[str]:
        return {name for name, j in self.files.items() if j.outcome.status == "refused"}

    @property
    def deduplicated(self) -> dict[str, int]:
        found = {name: judged.outcome.deduplicated for name, judged in self.files.items()}
        return {name: count for name, count in found.items() if count}

    def planted(self, outcome: str) -> Iterator[Defect]:
        return (defect for defect in self.defects if defect.outcome == outcome)

    def planted_records(self, outcome: str) -> set[Flaw]:
        return {(d.file, record) for d in self.planted(outcome) for record in d.where.records}

    def planted_count(self, outcome: str) -> dict[str, int]:
        return dict(Counter(file for file, _ in self.planted_records(outcome)))

    def planted_files(self, outcome: str) -> set[str]:
        return {defect.file for defect in self.planted(outcome)}


class Door:
    """The platform's way in: one engine and one key store for many files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key_store = KeyStore(folder / "keys")
        spill = folder / "spill"
        spill.mkdir()
        self.engine = open_engine(spill, Limits())

    def files(self, source: str, files: Iterable[DropFile]) -> Sent:
        sent = list(files)
        judged = {file.name: self.judge(source, file.body, file.sent_at) for file in sent}
        return Sent(judged, tuple(defect for file in sent for defect in file.defects))

    def table(self, table: Table) -> Sent:
        judged = self.judge(table.source, table.body, table.published_at)
        return Sent({table.resource: judged}, table.defects)

    def entities(
        self, source: str, name: str, answer: object, received_at: datetime
    ) -> dict[str, Judged]:
        body = json.dumps(answer, ensure_ascii=False).encode()
        return {name: self.judge(source, body, received_at)}

    def judge(self, source: str, body: bytes, received_at: datetime) -> Judged:
        contract = contract_of(source)
        work = self.folder / uuid4().hex
        work.mkdir()
        path = work / "file"
        path.write_bytes(body)
        outcome = parse(
            contract,
            path,
            work,
            delivery=DELIVERY,
            received_at=received_at,
            period_keys=living_keys(contract, self.key_store.obtain, received_at),
            engine=self.engine,
        )
        return read_back(outcome, work)
