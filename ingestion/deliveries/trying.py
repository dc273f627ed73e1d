"""Files tried for whoever asks, storing nothing: what `cdp try` does.

Does not belong here: taking files in (`ingest.py`).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.clock import Clock
from ingestion.contracts import SourceContract
from ingestion.deliveries.landing import content_hash
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.privacy.key_store import KEY_BYTES
from ingestion.privacy.periods import living_keys


@dataclass(frozen=True)
class Tried:
    """A file that was read and cast for nobody but whoever asked.

    `work` is a folder of its own with what the outcome names; `label` is what to call the file:
    its name, or its path where several files of a trial share the name.
    """

    path: Path
    label: str
    work: Path
    outcome: ParseOutcome


def try_files(
    contract: SourceContract, paths: Sequence[Path], out: Path, clock: Clock
) -> list[Tried]:
    """Read and cast files as `ingest` would, storing nothing but what goes to `out`."""
    tried = []
    now = clock.now()
    # Keys of this trial alone: its pseudonyms can be joined to nothing.
    hidden_with = living_keys(contract, lambda _: secrets.token_bytes(KEY_BYTES), now)
    named = Counter(path.name for path in paths)
    with Sandbox() as sandbox:
        for number, path in enumerate(paths, 1):
            work = out / str(number)
            work.mkdir(parents=True)
            sha256, _ = content_hash(path)
            outcome = sandbox.parse(Job(contract, path, work, sha256, now, hidden_with))
            label = path.name if named[path.name] == 1 else str(path)
            tried.append(Tried(path, label, work, outcome))
    return tried
