"""What our own clock kept out is judged again when it is put right; what a device's did stays out.

Does not belong here: which clock is believed (`test_clock_trust.py`), and the order of deliveries.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingestion.clock import FixedClock
from ingestion.clock_trust import ClockTrust
from ingestion.deliveries.ingest import Ingestion
from ingestion.deliveries.report import IngestReport
from ingestion.judging.sandbox import Sandbox
from ingestion.storage import ObjectStore
from tests.support.arrivals import DAY, START, Arrivals, hours, levels, with_words

GOOD = hours((1, 1), (2, 2), (3, 3))
FIRST = hours((0, 0)).replace("01-07", "01-02")


@dataclass
class Watched(Arrivals):
    """The platform as a deployment runs it: the clock is looked at before anything is recorded."""

    @property
    def lake(self) -> ObjectStore:
        return self.store

    def night(self, at: datetime) -> IngestReport:
        from orchestration.ingesting import ingest_all

        self.clock = FixedClock(at)
        ClockTrust(self.store).observe(at)
        (report,) = ingest_all(self, [self.contract], [DAY])  # type: ignore[arg-type]
        return report

    def locked(self, work: str) -> AbstractContextManager[None]:
        return nullcontext()

    def ingestion_of(self, sandbox: Sandbox) -> Ingestion:
        verdict = ClockTrust(self.store).verdict(self.clock.now())
        doubt = None if verdict.plausible else verdict
        return Ingestion(self.settings, self.store, sandbox, self.clock, doubt=doubt)


@pytest.fixture
def city(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Watched:
    city = Watched(tmp_path / "home", sandbox, levels(tmp_path / "drops"))
    city.contract = with_words(city, tolerance={"quarantined_pct": 50})
    return city


@pytest.fixture(autouse=True)
def _as_a_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    def ingestion(city: Watched, sandbox: Sandbox, _: object) -> Ingestion:
        return city.ingestion_of(sandbox)

    monkeypatch.setattr(Watched, "ingestion", ingestion)


def test_good_files_that_a_clock_behind_refused_are_taken_when_it_is_right(city: Watched) -> None:
    city.drop("0.csv", FIRST)
    assert not city.night(START).clock
    city.drop("a.csv", GOOD)

    behind = city.night(START - timedelta(days=3))
    right = city.night(START + timedelta(hours=1))

    assert "3 days before the newest record" in behind.clock
    assert behind.entries[0].outcome.reasons == {"ts_future": 3}
    assert [entry.outcome.accepted for entry in right.replayed] == [3]
    assert len(city.rows("level")) == 4
    assert city.night(START + timedelta(hours=2)).replayed == ()


def test_nothing_is_judged_again_while_the_clock_is_still_in_doubt(city: Watched) -> None:
    city.drop("0.csv", FIRST)
    city.night(START)
    city.drop("a.csv", GOOD)

    nights = [city.night(START - timedelta(days=days)) for days in (3, 2.5, 2)]

    assert [night.replayed for night in nights] == [(), (), ()]
    assert all(night.clock for night in nights)


def test_the_first_files_of_a_lake_are_taken_when_the_clock_was_put_right(city: Watched) -> None:
    """No record could tell that it was behind; its jump does."""
    city.drop("a.csv", GOOD)
    assert city.night(START - timedelta(days=4)).refused
    city.drop("b.csv", GOOD.replace("PKT-01", "PKT-02"))
    assert city.night(START - timedelta(days=3)).refused

    right = city.night(START)

    assert [entry.outcome.accepted for entry in right.replayed] == [3, 3]
    assert len(city.rows("level")) == 6


def test_a_clock_that_was_put_right_twice_kept_nothing_out_for_good(city: Watched) -> None:
    for name, days in (("a", 8), ("b", 4)):
        city.drop(f"{name}.csv", GOOD.replace("PKT-01", f"PKT-{name}"))
        assert city.night(START - timedelta(days=days)).refused

    right = city.night(START)

    assert [entry.outcome.accepted for entry in right.replayed] == [3, 3]


def test_rows_of_a_device_whose_clock_is_ahead_stay_out_although_their_time_comes(
    city: Watched,
) -> None:
    ahead = GOOD + "PKT-09,2026-01-10T08:00:00+07:00,9\n"
    city.drop("a.csv", ahead)

    nights = [city.night(START + timedelta(days=days)) for days in range(5)]
    later = city.night(START + timedelta(days=12))

    assert nights[0].quarantined == 1
    assert all(not night.replayed for night in (*nights, later))
    assert len(city.rows("level")) == 3


def test_a_whole_file_from_the_future_stays_out_while_the_clock_runs_evenly(city: Watched) -> None:
    city.drop("a.csv", GOOD.replace("01-07", "01-10"))
    nights = []
    for days in range(4):
        city.drop(f"{days}.csv", FIRST.replace("01-02", f"01-0{days + 1}"))
        nights.append(city.night(START + timedelta(days=days)))

    assert nights[0].refused
    assert all(not night.replayed for night in nights)


def test_somebody_may_say_that_the_clock_was_wrong(city: Watched) -> None:
    from ingestion.deliveries.kept import KeptBytes
    from ingestion.deliveries.replay import replay

    city.drop("a.csv", GOOD + "PKT-09,2026-01-09T12:00:00+07:00,9\n")
    city.night(START)
    city.clock = FixedClock(START + timedelta(days=1))
    kept = KeptBytes(city.settings, city.store)

    plain = replay(city.ingestion_of(city.sandbox), city.contract, kept)
    told = replay(city.ingestion_of(city.sandbox), city.contract, kept, clock="wrong")

    assert plain.replayed == ()
    assert [done.gained for done in told.replayed] == [1]
    receipt = city.ledger().receipts()[0]
    assert (receipt.received_at, receipt.as_of) == (START, START + timedelta(days=1))


def test_what_cannot_be_judged_again_is_not_tried_every_night(city: Watched) -> None:
    city.drop("0.csv", FIRST)
    city.night(START)
    city.drop("a.csv", GOOD)
    entry = city.night(START - timedelta(days=3)).entries[0]
    city.store.delete(entry.raw)

    before = len(city.ledger().records())
    nights = [city.night(START + timedelta(hours=hours)) for hours in (1, 2)]

    assert [night.replayed for night in nights] == [(), ()]
    assert len(city.ledger().records()) == before


def test_a_receipt_in_the_future_is_told_by_the_run(city: Watched) -> None:
    city.drop("a.csv", FIRST)
    city.night(START + timedelta(days=358))

    city.drop("b.csv", FIRST.replace("PKT-01", "PKT-02"))
    city.night(START + timedelta(days=357))

    assert city.night(START).ahead == START + timedelta(days=358)
    assert city.night(START + timedelta(days=359)).ahead is None
