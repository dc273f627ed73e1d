"""Replays of deliveries that came several times, or whose keys are gone: receipt by receipt.

Does not belong here: what a replay does with one receipt (`test_replay.py`).
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.ingestion.deliveries.test_replay import HEADER, JAN_7, JAN_8, city, highest, reasons
from tests.support.arrivals import START, Arrivals, Ticking

__all__ = ["city"]


def test_rows_whose_keys_were_gone_from_the_first_hinder_no_replay(
    city: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = city.sandbox.parse

    def without_keys(job: object) -> object:
        outcome = parse(job)  # type: ignore[arg-type]
        told = {**outcome.reasons, "identifier_key_gone": 2}
        return outcome.model_copy(update={"reasons": told})

    monkeypatch.setattr(city.sandbox, "parse", without_keys)
    city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},1\n")

    highest(city, 1000)
    report = city.replay()

    assert ([done.gained for done in report.replayed], report.problems) == ([1], ())


def test_what_one_receipt_of_two_keeps_out_is_still_listed_after_a_replay(city: Arrivals) -> None:
    soon = f"{HEADER}{JAN_8},1\nPKT-01,2026-01-09T15:00:00+07:00,150\n"
    entry = city.arrive("a.csv", soon)
    city.arrive("a.csv", f"{HEADER}{JAN_8},2\n")
    city.clock = Ticking(START + timedelta(days=1))
    city.arrive("a.csv", soon)

    highest(city, 1000)
    city.replay()

    receipts = [e for e in city.ledger().receipts() if e.sha256 == entry.sha256]
    assert [bool(e.quarantine) for e in receipts] == [True, False]
    assert reasons(city, entry.sha256) == [(2, "ts_future")]
