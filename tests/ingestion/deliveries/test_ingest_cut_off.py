"""A run that is cut off anywhere is finished by the next, with the same bytes and every row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingestion.judging.sandbox import Sandbox
from tests.support.ingesting import Crash, CrashingStore, Source, lake
from tests.support.judging import NOW, csv_of, readings

BAD = "PKT-01,do,2026-01-07T02:00:00+07:00,x,mg/L"


def spread(*days: int) -> list[str]:
    return [f"PKT-01,water_level,2026-01-{day:02d}T02:00:00+07:00,{day}.5,m" for day in days]


def test_doing_interrupted_work_again_gives_the_same_bytes_at_any_time(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6, 7), BAD))
    with pytest.raises(Crash):
        source.ingest(NOW, CrashingStore(source.store, at=5))  # the lake is full, no record yet
    before = source.objects("lake/")

    source.ingest(NOW + timedelta(hours=23))

    assert len(before) == 2
    assert source.objects("lake/") == before
    assert len(source.objects("raw/")) == 2


DELIVERIES = {
    "a.csv": csv_of(*spread(6, 7), BAD, spread(7)[0]),
    "b.csv": "no header at all\n",
    "c.csv": csv_of(*spread(7, 8)),
}
WRITES = 12
"""Raw bytes, receipt, rows by day, quarantine of each delivery; and the record of all."""


@pytest.fixture(scope="module")
def untroubled(
    tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox
) -> tuple[dict[str, bytes], list[str]]:
    """The lake after a run that nothing interrupts, and the order of its writes."""
    folder = tmp_path_factory.mktemp("untroubled")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CDP_DROPS", str(folder / "drops"))
        source = Source(readings(), folder / "drops", lake(folder / "lake"), sandbox)
        for name, body in DELIVERIES.items():
            source.drop(name, body)
        store = CrashingStore(source.store)
        source.ingest(NOW, store)
    return source.objects(), store.written


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", range(WRITES))
def test_a_run_cut_off_at_any_write_is_finished_by_the_next(
    write: int, after: bool, source: Source, untroubled: tuple[dict[str, bytes], list[str]]
) -> None:
    objects, written = untroubled
    assert len(written) == WRITES
    for name, body in DELIVERIES.items():
        source.drop(name, body)
    with pytest.raises(Crash):
        source.ingest(NOW, CrashingStore(source.store, at=write, after=after))

    source.ingest(NOW)

    there = source.objects()
    assert there.keys() == objects.keys()
    assert {k: v for k, v in there.items() if k.startswith(("lake/", "quarantine/"))} == {
        k: v for k, v in objects.items() if k.startswith(("lake/", "quarantine/"))
    }
    entries = source.ledger().entries().values()
    assert sum(entry.outcome.rows for entry in entries) == 6
    assert (
        sum(
            entry.outcome.accepted + entry.outcome.quarantined + entry.outcome.deduplicated
            for entry in entries
        )
        == 6
    )
    assert len(source.rows()) == sum(entry.outcome.accepted for entry in entries)
