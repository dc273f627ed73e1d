"""What a night of the `cdp` command tells Dagster of the vault."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from ingestion.privacy.vault import Expired
from ingestion.settings import Settings
from orchestration.building import Build
from orchestration.deployment import Deployment
from orchestration.facts import EXPIRED
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
