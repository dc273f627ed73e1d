"""One source, run after run: nothing twice, nothing lost, whatever is cut off and in what order.

Does not belong here: what becomes of single bad files (`judging/`), and judging again (replay).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ingestion.connectors import Fetched
from ingestion.deliveries.report import IngestReport
from ingestion.errors import TransientError
from ingestion.faults import RowsLost
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.sealed import sha256
from tests.support.ingesting import CrashingStore, Source, lake
from tests.support.judging import NOW, csv_of, good_rows, readings

LATER = NOW + timedelta(hours=1)
BAD = "PKT-01,do,2026-01-07T02:00:00+07:00,x,mg/L"


def spread(*days: int) -> list[str]:
    return [f"PKT-01,water_level,2026-01-{day:02d}T02:00:00+07:00,{day}.5,m" for day in days]


def summed(report: IngestReport) -> tuple[int, int, int]:
    return report.accepted, report.quarantined, report.deduplicated


def test_a_delivery_is_kept_judged_and_recorded(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6, 7, 8), BAD, spread(7)[0]))

    report = source.ingest()

    (entry,) = report.entries
    assert summed(report) == (3, 1, 1)
    assert source.store.get(entry.raw) == (source.drops / "a.csv").read_bytes()
    assert source.store.get(entry.quarantine).count(b"\n") == 1
    assert entry.days == (date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 8))
    assert [key.split("/")[2] for key in entry.lake] == [f"day={day}" for day in entry.days]
    assert source.ledger().entries() == {entry.sha256: entry}
    assert (report.problem, report.known) == ("", 0)


def test_the_same_files_again_are_no_work_and_no_record(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6, 7)))
    source.ingest()
    before = source.objects()
    store = CrashingStore(source.store)

    report = source.ingest(LATER, store)

    assert (report.entries, report.known) == ((), 1)
    assert store.written == []
    assert source.objects() == before


def test_the_same_bytes_under_another_name_are_no_work(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6)))
    source.ingest()
    source.drop("b.csv", csv_of(*spread(6)))
    source.drop("c.csv", csv_of(*spread(6)))

    report = source.ingest(LATER)

    assert (report.entries, report.known) == ((), 3)


def test_a_changed_file_of_the_same_name_is_a_new_delivery(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6)))
    source.ingest()
    source.drop("a.csv", csv_of(spread(6)[0].replace("6.5", "6.7"), *spread(7)))

    report = source.ingest(LATER)

    assert [entry.days for entry in report.entries] == [(date(2026, 1, 6), date(2026, 1, 7))]
    assert sorted(source.latest().values()) == [6.7, 7.5]
    assert len(source.rows()) == 3


def test_a_refused_file_is_remembered_and_not_tried_again(source: Source) -> None:
    source.drop("a.csv", "<html><title>Log in</title></html>")
    source.drop("b.csv", csv_of(*spread(6)))

    first, second = source.ingest(), source.ingest(LATER)

    (refused,) = first.refused
    assert refused.outcome.code == "html_document"
    assert refused.sentence.startswith(
        f"readings a.csv sha256:{refused.sha256[:12]}: html_document"
    )
    assert refused.sentence.endswith(f"file refused; it came from file://{source.drops}/a.csv")
    assert (refused.lake, refused.days) == ((), ())
    assert (summed(first), second.entries, second.known) == ((1, 0, 0), (), 2)


def test_a_bad_file_is_followed_by_the_good_one_that_replaces_it(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6))[:-20])
    source.ingest()
    source.drop("a.csv", csv_of(*spread(6, 7)))

    report = source.ingest(LATER)

    assert summed(report) == (2, 0, 0)
    assert sorted(source.latest().values()) == [6.5, 7.5]
    assert [entry.outcome.status for entry in source.ledger().entries().values()] == [
        "refused",
        "accepted",
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_overlapping_deliveries_give_the_same_rows_in_any_order(
    order: tuple[int, ...], source: Source
) -> None:
    deliveries = [csv_of(*spread(4, 5, 6)), csv_of(*spread(6, 7)), csv_of(*spread(5, 8), BAD)]
    for hours, number in enumerate((*order, order[0])):
        source.drop(f"{hours}.csv", deliveries[number])
        source.ingest(NOW + timedelta(hours=hours))

    assert sorted(source.latest().values()) == [4.5, 5.5, 6.5, 7.5, 8.5]
    assert len(source.ledger().entries()) == 3
    touched = {day for entry in source.ledger().entries().values() for day in entry.days}
    assert touched == {date(2026, 1, day) for day in range(4, 9)}


def test_a_snapshot_that_goes_back_to_what_it_was_is_news(source: Source) -> None:
    source.contract = readings(delivery="snapshot", day=None)
    first, revised = csv_of(*spread(6)), csv_of(spread(6)[0].replace("6.5", "6.9"))
    for hours, body in enumerate((first, revised, first, first)):
        source.drop("a.csv", body)
        source.ingest(NOW + timedelta(days=hours))

    assert [len(record.entries) for record in source.ledger().records()] == [1, 1, 1, 0]
    assert list(source.latest().values()) == [6.5]
    assert len(source.rows()) == 3


def test_a_source_out_of_reach_is_a_problem_of_that_source_alone(source: Source) -> None:
    report = source.ingest()

    assert "drop folder" in report.problem
    assert "is not there" in report.problem
    assert (report.entries, source.objects("ledger/")) == ((), {})


def test_what_came_before_a_source_broke_off_is_kept(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = source.drop("a.csv", csv_of(*spread(6)))

    def breaking_off(*_: object) -> Iterator[Fetched]:
        yield Fetched(name="a.csv", path=first, origin="https://source.example/a.csv")
        raise TransientError("source readings: broke off after 1 of 2 files")

    monkeypatch.setattr("ingestion.deliveries.ingest.fetch", breaking_off)

    report = source.ingest()

    assert summed(report) == (1, 0, 0)
    assert report.problem == "source readings: broke off after 1 of 2 files"
    assert len(source.ledger().records()) == 1


def test_rows_that_do_not_add_up_are_a_problem_and_leave_no_record(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.drop("a.csv", csv_of(*spread(6)))

    def losing(_: Sandbox, __: Job) -> None:
        raise RowsLost("3 rows became 2 accepted, 0 quarantined, 0 deduplicated")

    with monkeypatch.context() as patched:
        patched.setattr(Sandbox, "parse", losing)
        report = source.ingest()

    assert "file a.csv: 3 rows became 2 accepted" in report.problem
    assert source.objects("ledger/") == {}
    assert summed(source.ingest(LATER)) == (1, 0, 0)


def test_two_lakes_that_took_the_same_files_hold_the_same_bytes(
    source: Source, tmp_path: Path
) -> None:
    other = replace(source, store=lake(tmp_path / "other"))
    source.drop("a.csv", csv_of(*good_rows(50), BAD))

    source.ingest()
    other.ingest()

    assert source.objects() == other.objects()


def test_many_files_are_recorded_in_portions(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.deliveries.ledger._ENTRIES_PER_RECORD", 2)
    for day in (4, 5, 6, 7, 8):
        source.drop(f"{day}.csv", csv_of(*spread(day)))

    report = source.ingest()

    assert [len(record.entries) for record in source.ledger().records()] == [2, 2, 1]
    assert (len(report.entries), report.accepted) == (5, 5)


def test_two_runs_at_once_leave_one_set_of_rows(source: Source) -> None:
    source.drop("a.csv", csv_of(*spread(6, 7)))

    class Overtaken(CrashingStore):
        """Another run does all of the work just before this one writes its record."""

        def put(self, key: str, body: object, **options: object) -> object:  # type: ignore[override]
            if key.startswith("ledger/") and not self.written.count(key):
                self.written.append(key)
                source.ingest(LATER)
            return super().put(key, body, **options)  # type: ignore[arg-type]

    source.ingest(NOW, Overtaken(source.store))

    (record,) = source.ledger().records()
    (entry,) = record.entries
    assert entry.sums == {key: sha256(source.store.get(key)) for key in entry.lake}
    assert sorted(row["value"] for row in source.rows()) == [6.5, 7.5]  # type: ignore[type-var]
