"""What a night of the `cdp` command tells Dagster of sources and of the vault."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from ingestion.deliveries.ledger import LedgerEntry
from ingestion.deliveries.report import IngestReport
from ingestion.judging.outcome import LakeFile, ParseOutcome
from ingestion.privacy.vault import Expired
from ingestion.settings import Settings
from orchestration import nightly as nights
from orchestration import steps as walked
from orchestration.builds import Build
from orchestration.deployment import Deployment
from orchestration.facts import EXPIRED, source_metadata
from orchestration.facts_of_tables import MAINTAINED
from orchestration.maintaining import Extent, Maintained
from orchestration.nightly import NightlyReport
from orchestration.telling import tell_of_night
from tests.support.demo_home import environment_restored

NOW = datetime(2026, 1, 8, 19, tzinfo=UTC)
DAY = date(2026, 1, 8)


@pytest.mark.parametrize(
    ("expired", "passed", "shown"),
    [
        (Expired(1, ("vault/wifi_sessions/2026-01-01",)), True, "vault/wifi_sessions/2026-01-01"),
        (Expired(problem="the key store can be entered by others"), False, "nothing was due"),
    ],
    ids=["done", "not done"],
)
def test_the_vaults_end_is_shown_and_what_was_not_destroyed_is_red(
    expired: Expired, passed: bool, shown: str, tmp_path: Path
) -> None:
    build = Build(id="00000001", day=DAY, as_of=NOW, code="c", ledgers={}, full=False)
    night = NightlyReport(DAY, (), build, False, (), (), expired)

    with environment_restored():
        tell_of_night(Deployment(Settings(home=tmp_path, now=NOW)), night)
        with dg.DagsterInstance.get() as instance:
            event = instance.get_latest_materialization_event(EXPIRED)
            check = dg.AssetCheckKey(EXPIRED, "nothing_outlives_its_day")
            records = instance.event_log_storage.get_asset_check_execution_history(check, limit=1)

    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["destroyed"].value == shown
    assert records[0].event is not None
    evaluation = records[0].event.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]
    assert evaluation.passed is passed
    assert expired.problem in (evaluation.description or "")


def test_how_the_tables_were_put_in_order_is_shown_in_numbers(tmp_path: Path) -> None:
    build = Build(id="00000001", day=DAY, as_of=NOW, code="c", ledgers={}, full=False)
    done = Maintained(Extent(9, 900, 96), Extent(3, 700, 2), 95, 40, {"rain_daily 2026-01-08.0": 7})
    night = NightlyReport(DAY, (), build, False, (), (), maintained=done)

    with environment_restored():
        tell_of_night(Deployment(Settings(home=tmp_path, now=NOW)), night)
        with dg.DagsterInstance.get() as instance:
            event = instance.get_latest_materialization_event(MAINTAINED)

    assert event is not None
    assert event.asset_materialization is not None
    told = {name: value.value for name, value in event.asset_materialization.metadata.items()}
    assert (told["files before"], told["files after"], told["files removed"]) == (9, 3, 40)
    assert (told["bytes before"], told["bytes after"]) == (900, 700)
    assert (told["snapshots before"], told["snapshots after"]) == (96, 2)
    assert told["snapshots expired"] == 95
    assert told["kept for releases"] == "rain_daily 2026-01-08.0: snapshot 7"


def entry(*rows: tuple[date, int]) -> LedgerEntry:
    """A file that became so many rows of each of these days."""
    files = tuple(LakeFile(day=day, name=f"{day}.parquet", rows=n) for day, n in rows)
    accepted = sum(n for _, n in rows)
    return LedgerEntry(
        source="rain",
        name=f"rain_{accepted}.csv",
        origin="folder",
        mark="",
        sha256="ab" * 32,
        size=1,
        raw="raw/rain",
        received_at=NOW,
        contract_version="1.0.0",
        contract_hash="c",
        outcome=ParseOutcome(status="accepted", accepted=accepted, files=files),
        days=tuple(day for day, _ in rows),
    )


def test_of_a_day_its_own_files_and_rows_are_told() -> None:
    before = DAY - timedelta(days=1)
    report = IngestReport("rain", (entry((before, 3), (DAY, 5)), entry((before, 2))))

    metadata = source_metadata(report.about(DAY))

    assert metadata["dagster/row_count"].value == 5
    assert metadata["new files"].value == 1


def test_who_cannot_be_told_holds_back_no_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Build(id="00000001", day=DAY, as_of=NOW, code="c", ledgers={}, full=False)
    steps: list[str] = []

    def broken(_: object) -> None:
        raise OSError("the records of Dagster are full")

    def published(*_: object) -> tuple[()]:
        steps.append("published")
        return ()

    monkeypatch.setattr(walked, "ingest_all", lambda *_: ())
    monkeypatch.setattr(walked, "build", lambda *_, **__: (build, True))
    monkeypatch.setattr(walked, "gate", lambda *_: ("verdict",))
    monkeypatch.setattr(walked, "publish_judged", published)

    with pytest.raises(OSError, match="are full"):
        nights.nightly(Deployment(Settings(home=tmp_path, now=NOW)), [DAY], on_sources=broken)

    assert steps == ["published"]
