"""Corrected contracts and kept bytes: what becomes good enters once, what is bad stays.

Belongs here: replay through the real ingestion, sandbox and a store in a folder. Does not belong
here: the order of deliveries (`test_order_of_deliveries.py`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.deliveries import currency as judged
from ingestion.deliveries.currency import UNDER_WAY, contract_hash
from ingestion.judging.outcome import ParseOutcome, QuarantinedRow
from ingestion.judging.sandbox import Sandbox
from ingestion.storage import ObjectStore, StoreUnavailable, keys
from tests.support.arrivals import Arrivals, levels

HEADER = "station,at,level\n"
JAN_7 = "PKT-01,2026-01-07T08:00:00+07:00"
JAN_8 = "PKT-01,2026-01-08T08:00:00+07:00"


@pytest.fixture
def city(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


def highest(city: Arrivals, level: float, **changes: object) -> None:
    """The contract is corrected: so high may a level be."""
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[2]["maximum"] = level
    city.correct(fields=fields, **changes)


def reasons(city: Arrivals, sha256: str) -> list[tuple[int, str]]:
    lines = city.store.get(keys.quarantine(city.contract.id, sha256)).decode().splitlines()
    return [(row.record, row.code) for row in map(QuarantinedRow.model_validate_json, lines)]


def test_only_the_newly_good_rows_enter_and_what_is_still_bad_stays_with_its_new_reason(
    city: Arrivals,
) -> None:
    body = f"{HEADER}{JAN_7},1\n{JAN_8},150\nPKT-02,2026-01-08T08:00:00+07:00,900\n"
    entry = city.arrive("a.csv", body)
    before = city.rows("station, observed_at::varchar, level")

    highest(city, 500)
    (done,) = city.replay().replayed

    assert [row[2] for row in before] == [1.0]
    assert [row[2] for row in city.rows("station, observed_at::varchar, level")] == [1.0, 150.0]
    assert done.gained == 1
    assert reasons(city, entry.sha256) == [(3, "value_out_of_range")]
    line = city.store.get(keys.quarantine("levels", entry.sha256)).decode()
    assert "highest" not in line
    assert "to 500" in line


@pytest.mark.parametrize("code", ["parser_defect", "parser_crash", "empty_file"])
def test_a_delivery_on_which_we_failed_is_judged_again_by_other_code(
    code: str, city: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = ParseOutcome(status="refused", code=code, message="failed")
    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "parse", lambda *_: failed)
        city.arrive("a.csv", f"{HEADER}{JAN_7},1\n")
    as_it_was = (city.take().older, city.replay().replayed)

    monkeypatch.setattr(judged, "_code", lambda: "other")
    after = city.take().older, [done.gained for done in city.replay().replayed]

    ours = code != "empty_file"
    assert as_it_was == (0, ())
    assert after == ((1, [1]) if ours else (0, []))
    assert city.take().older == 0


def test_every_row_is_counted_before_and_after(city: Arrivals) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},1\n{JAN_7},1\n{JAN_8},150\n")

    highest(city, 500)
    (done,) = city.replay().replayed

    for outcome, accepted in ((done.before.outcome, 1), (done.after.outcome, 2)):
        assert outcome.accepted == accepted
        assert outcome.accepted + outcome.quarantined + outcome.deduplicated == outcome.rows == 3


def test_a_replay_keeps_the_time_at_which_the_delivery_came(city: Arrivals) -> None:
    first = city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},8\n")
    city.arrive("b.csv", f"{HEADER}{JAN_7},2\n")

    highest(city, 1000)
    city.replay()

    last = city.ledger().entries()[first.sha256]
    assert last.received_at == first.received_at
    assert [row[0] for row in city.rows("level, observed_at")] == [2.0, 8.0]


def test_the_new_ledger_entry_names_the_new_words_and_all_days_old_and_new(city: Arrivals) -> None:
    first = city.arrive("a.csv", f"{HEADER}{JAN_7},50\n{JAN_8},150\n")
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[2] |= {"minimum": 100, "maximum": 500}

    city.correct(fields=fields, version="1.1.0")
    city.replay(everything=True)

    last = city.ledger().entries()[first.sha256]
    assert [f"{day}" for day in first.days] == ["2026-01-07"]
    assert [f"{day}" for day in last.days] == ["2026-01-07", "2026-01-08"]
    assert last.contract_hash == contract_hash(city.contract) != first.contract_hash
    assert last.contract_version == "1.1.0"


def test_a_day_that_lost_all_its_rows_loses_its_object(city: Arrivals) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},50\n{JAN_8},150\n")
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[2] |= {"minimum": 100, "maximum": 500}

    city.correct(fields=fields)
    city.replay()

    assert [key.split("/")[2] for key in city.objects("lake")] == ["day=2026-01-08"]


def test_a_quarantine_that_became_empty_is_gone(city: Arrivals) -> None:
    entry = city.arrive("a.csv", f"{HEADER}{JAN_7},1\n{JAN_8},150\n")

    highest(city, 500)
    city.replay()

    assert city.objects("quarantine") == {}
    assert city.ledger().entries()[entry.sha256].quarantine == ""


def test_a_refused_file_gets_a_new_chance(city: Arrivals) -> None:
    entry = city.arrive("a.csv", HEADER.replace("level", "water_level") + f"{JAN_7},1\n")
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[2]["source"] = "water_level"

    city.correct(fields=fields)
    (done,) = city.replay().replayed

    assert entry.outcome.code == "header_mismatch"
    assert done.after.outcome.status == "accepted"
    assert city.rows("level") == [(1.0,)]


def test_a_file_that_is_still_refused_is_refused_with_its_new_reason(city: Arrivals) -> None:
    city.arrive("a.csv", "no,header\n1,2\n")

    highest(city, 5)
    (done,) = city.replay().replayed

    assert done.after.outcome.code == "header_mismatch"
    assert city.objects("lake") == {}
    assert city.replay().replayed == ()


def test_the_same_words_are_no_work(city: Arrivals) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},500\n")
    records = len(city.ledger().records())

    report = city.replay(everything=True)

    assert (report.replayed, report.problems, report.older) == ((), (), 0)
    assert len(city.ledger().records()) == records


def test_a_new_title_is_no_reason_to_judge_again(city: Arrivals) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},500\n")

    city.correct(title={"th": "ข", "en": "b"}, version="1.0.1", licence="CC0-1.0")

    assert city.replay().replayed == ()
    assert city.take().older == 0


def test_what_had_nothing_kept_out_is_let_be_unless_it_is_asked_for(city: Arrivals) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},50\n")

    highest(city, 10)
    let_be, asked = city.replay(), city.replay(everything=True)

    assert (let_be.replayed, let_be.older) == ((), 1)
    assert [done.gained for done in asked.replayed] == [-1]
    assert asked.replayed[0].after.outcome.code == "too_many_bad_rows"


def test_a_contract_with_another_column_replays_what_lacks_it(city: Arrivals) -> None:
    city.arrive("a.csv", "station,at,level,flag\n" + f"{JAN_7},50,ok\n")
    text = {"th": "ก", "en": "a"}
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields.append({"name": "flag", "type": "string", "description": text})

    city.correct(fields=fields)
    report = city.replay()

    assert len(report.replayed) == 1
    assert city.rows("level, flag") == [(50.0, "ok")]


def test_one_delivery_can_be_replayed_alone(city: Arrivals) -> None:
    first = city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},1\n")
    second = city.arrive("b.csv", f"{HEADER}{JAN_8},600\n{JAN_7},1\n")

    highest(city, 1000)
    report = city.replay(deliveries={second.sha256})

    assert [done.after.sha256 for done in report.replayed] == [second.sha256]
    assert city.ledger().entries()[first.sha256].contract_hash == first.contract_hash


def test_ingest_tells_that_a_replay_would_help_and_does_not_replay(city: Arrivals) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},1\n")

    highest(city, 1000)
    report = city.take()

    assert (report.older, report.entries) == (1, ())
    assert city.rows("level") == [(1.0,)]


def test_bytes_that_are_gone_are_told_and_nothing_changes(city: Arrivals) -> None:
    entry = city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},1\n")
    city.store.delete(entry.raw)
    before = city.objects("lake"), city.objects("ledger")

    highest(city, 1000)
    report = city.replay()

    assert [why for _, why in report.problems] == [
        f"its raw bytes ({entry.raw}) are no longer there"
    ]
    assert (city.objects("lake"), city.objects("ledger")) == before


def test_bytes_that_are_not_those_that_came_are_never_judged(city: Arrivals) -> None:
    entry = city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},1\n")
    city.store.put(entry.raw, f"{HEADER}{JAN_8},777\n".encode())
    before = city.objects("lake")

    highest(city, 1000)
    report = city.replay()

    assert "no longer holds the bytes that came" in report.problems[0][1]
    assert city.objects("lake") == before
    assert city.ledger().entries()[entry.sha256] == entry


def test_rows_whose_pseudonyms_cannot_be_made_again_are_left_as_they_are(
    city: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = city.arrive("a.csv", f"{HEADER}{JAN_7},500\n{JAN_8},1\n")
    before = city.objects("lake")
    parse = city.sandbox.parse

    def without_keys(job: object) -> object:
        outcome = parse(job)  # type: ignore[arg-type]
        return outcome.model_copy(update={"reasons": {"identifier_key_gone": 2}})

    highest(city, 1000)
    monkeypatch.setattr(city.sandbox, "parse", without_keys)
    report = city.replay()

    assert "2 of its rows need a pseudonym whose key was destroyed" in report.problems[0][1]
    assert city.objects("lake") == before
    assert city.ledger().entries()[entry.sha256] == entry


class Failing:
    """A store that dies at its n-th change; the first `many` changes still happen."""

    def __init__(self, store: ObjectStore, many: int) -> None:
        self._store, self._left = store, many

    def __getattr__(self, name: str) -> object:
        found = getattr(self._store, name)
        if name not in ("put", "delete"):
            return found

        def changed(*arguments: object, **options: object) -> object:
            self._left -= 1
            if self._left < 0:
                raise StoreUnavailable("the power went out")
            return found(*arguments, **options)

        return changed


@pytest.mark.parametrize("many", range(6))
def test_a_replay_that_is_cut_off_anywhere_ends_in_the_same_state_when_run_again(
    tmp_path: Path, sandbox: Sandbox, many: int
) -> None:
    whole, cut = (
        Arrivals(tmp_path / name, sandbox, levels(tmp_path / "drops")) for name in ("whole", "cut")
    )
    body = f"{HEADER}{JAN_7},50\n{JAN_8},150\nPKT-02,2026-01-05T08:00:00+07:00,900\n"
    whole.drop("a.csv", body)
    for city in (whole, cut):
        city.take()
        fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
        fields[2] |= {"minimum": 100, "maximum": 2000}
        city.correct(fields=fields)
    whole.replay()

    cut.through = lambda store: Failing(store, many)  # type: ignore[assignment, return-value]
    with pytest.raises(StoreUnavailable):
        cut.replay()
    cut.through = lambda store: store
    cut.replay()

    assert cut.objects("lake") == whole.objects("lake")
    assert cut.objects("quarantine") == whole.objects("quarantine")
    assert cut.ledger().entries() == whole.ledger().entries()
    assert cut.replay().replayed == ()


def test_a_replay_that_was_cut_off_is_seen_even_when_the_contract_went_back(
    city: Arrivals,
) -> None:
    city.arrive("a.csv", f"{HEADER}{JAN_7},50\n{JAN_8},150\n")
    words, before = city.contract, city.objects("lake")

    highest(city, 500)
    city.through = lambda store: Failing(store, 3)  # type: ignore[assignment, return-value]
    with pytest.raises(StoreUnavailable):
        city.replay()
    city.through, city.contract = lambda store: store, words
    begun = next(iter(city.ledger().entries().values())).contract_hash
    city.replay()

    assert begun == UNDER_WAY
    assert city.objects("lake") == before
    assert city.rows("level") == [(50.0,)]
