"""Replays of one source or all, one after the other, in one sandbox.

Belongs here: wiring. Does not belong here: what a replay does (`ingestion/deliveries/replay.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ingestion.contracts import SourceContract
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.replay import ReplayReport, WhichClock, replay
from ingestion.judging.sandbox import Sandbox
from orchestration.deployment import Deployment
from orchestration.ingesting import Progress


def replay_sources(
    deployment: Deployment,
    contracts: Sequence[SourceContract],
    deliveries: Collection[str] | None,
    everything: bool,
    progress: Progress = lambda _: None,
    *,
    clock: WhichClock = "as known",
) -> tuple[ReplayReport, ...]:
    """Replay what was taken in under older words; see `ingestion.deliveries.replay.replay`."""
    kept = KeptBytes(deployment.settings, deployment.lake)
    with Sandbox() as sandbox:
        ingestion = deployment.ingestion(sandbox, progress)
        replayed = []
        for contract in contracts:
            with deployment.locked(f"ingest-{contract.id}"):
                done = replay(
                    *(ingestion, contract, kept),
                    deliveries=deliveries,
                    everything=everything,
                    clock=clock,
                )
            replayed.append(done)
        return tuple(replayed)
