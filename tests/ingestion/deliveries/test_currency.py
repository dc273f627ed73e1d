"""What makes a delivery worth judging again: other words that decide, or a replay that was cut off.

Does not belong here: judging again (`test_replay.py`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.deliveries.currency import (
    _DECIDE_NOTHING,
    UNDER_WAY,
    contract_hash,
    worth_replaying,
)
from ingestion.faults import RowsLost
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.storage import StoreUnavailable
from tests.ingestion.deliveries.test_replay import HEADER, JAN_7, JAN_8, Failing, highest
from tests.support.arrivals import Arrivals, hours, levels, with_words

TEXT = {"th": "อื่น", "en": "other"}
DECIDES_NOTHING: dict[str, object] = {
    "version": "9.9.9",
    "title": TEXT,
    "description": TEXT,
    "domain": "tourism",
    "owner": {"name": TEXT, "email": "other@example.org"},
    "licence": "CC0-1.0",
    "fetch": {"connector": "drop_folder", "url": "/elsewhere", "pattern": "*.txt"},
    "cadence": "hourly",
    "delivery": "snapshot",
    "lookback_days": 3,
}


@pytest.fixture
def city(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


def test_every_word_that_decides_nothing_is_tried() -> None:
    assert {*DECIDES_NOTHING, "fields"} == set(_DECIDE_NOTHING)


@pytest.mark.parametrize("word", DECIDES_NOTHING)
def test_a_word_that_decides_nothing_is_no_reason_to_judge_again(city: Arrivals, word: str) -> None:
    other = with_words(city, **{word: DECIDES_NOTHING[word]})

    assert other != city.contract
    assert contract_hash(other) == contract_hash(city.contract)


@pytest.mark.parametrize("word", ["description", "unit"])
def test_a_text_of_a_field_is_no_reason_to_judge_again(city: Arrivals, word: str) -> None:
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[2][word] = TEXT if word == "description" else "cm"
    other = with_words(city, fields=fields)

    assert other != city.contract
    assert contract_hash(other) == contract_hash(city.contract)


def test_the_unit_of_a_workbook_is_a_reason_since_it_tells_percent(city: Arrivals) -> None:
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    ratio = with_words(city, format={"type": "xlsx"}, fields=fields)
    percent = with_words(
        city, format={"type": "xlsx"}, fields=[*fields[:2], fields[2] | {"unit": "%"}]
    )

    assert contract_hash(percent) != contract_hash(ratio)


@pytest.mark.parametrize(
    "changes",
    [{"tolerance": {"quarantined_pct": 1}}, {"key": ["station"]}, {"classification": "internal"}],
)
def test_a_word_that_decides_is_a_reason(city: Arrivals, changes: dict[str, object]) -> None:
    assert contract_hash(with_words(city, **changes)) != contract_hash(city.contract)


def test_a_replay_that_was_cut_off_is_taken_up_again_though_nothing_had_been_kept_out(
    city: Arrivals,
) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},50\n{JAN_8},60\n")
    highest(city, 55)
    city.through = lambda store: Failing(store, 2)  # type: ignore[assignment, return-value]
    with pytest.raises(StoreUnavailable):
        city.replay(everything=True)
    city.through = lambda store: store
    (entry,) = city.ledger().entries().values()
    assert (entry.contract_hash, entry.kept_out) == (UNDER_WAY, False)

    assert worth_replaying([entry], city.contract) == [entry]
    city.replay()

    assert city.rows("level") == [(50.0,)]
    assert len(city.objects("lake")) == 1


def test_a_replay_that_changed_one_of_two_receipts_and_failed_is_not_entered_as_if_nothing_was(
    city: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.contract = with_words(city, delivery="snapshot", day=None)
    bad = hours((1, 500), (2, 2))
    for body in (bad, hours((1, 10)), bad):
        city.arrive("register.csv", body)
    parse, calls = city.sandbox.parse, list[Job]()

    def losing_the_second(job: Job) -> object:
        calls.append(job)
        if len(calls) == 2:
            raise RowsLost("3 rows became 2")
        return parse(job)

    highest(city, 1000)
    with monkeypatch.context() as patched:
        patched.setattr(city.sandbox, "parse", losing_the_second)
        report = city.replay()
    words = [e.contract_hash for e in city.ledger().receipts() if len(e.outcome.reasons) == 1]

    assert [why for _, why in report.problems] == ["3 rows became 2"]
    assert report.replayed == ()
    assert words == [UNDER_WAY, UNDER_WAY]
    assert [done.gained for done in city.replay().replayed] == [1, 1]
    assert city.rows("level") == [(2.0,), (500.0,)]
