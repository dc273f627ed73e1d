"""A night in Dagster over a personal source: nothing planted goes farther than the vault.

Belongs here: curated tables, candidates, open files, dbt's and Dagster's own records, the commands;
and that such a night destroys what is due. Does not belong here: the door itself, case by case
(`tests/ingestion/privacy/test_planted.py`).
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from ingestion.contracts import SourceContract
from ingestion.privacy.key_store import KeyGone, KeyStore
from ingestion.privacy.vault import Vault
from ingestion.settings import Settings
from ingestion.sources import checked, load_contracts
from orchestration.cli import app
from orchestration.definitions import build_definitions
from orchestration.deployment import Deployment
from orchestration.facts import EXPIRED
from publication.commits import head
from tests.ingestion.privacy.personal_sources import MAC
from tests.ingestion.privacy.planted import Planted, found_in, found_in_text, texts_below

pytestmark = pytest.mark.whole

NOW = datetime(2026, 1, 8, 20, tzinfo=UTC)
SOURCE = "environment_sensor_readings"
OLD = date(2025, 12, 20)
HEADER = "station,parameter,time,value,unit,device,reader,remark"


@dataclass(frozen=True)
class Night:
    """The home after the night, what was planted, and what the night left outside of the home."""

    home: Path
    outside: Path
    planted: Planted
    result: dg.ExecuteInProcessResult
    keys: KeyStore

    @property
    def deployment(self) -> Deployment:
        return Deployment(Settings(home=self.home, now=NOW))

    def texts(self, folder: str) -> str:
        return "\n".join(text for _, text in texts_below(self.home / folder))


def by_hand() -> SourceContract:
    """The city's sensor readings, as if persons with their telephones read the gauges.

    The telephone's pseudonym goes as far as models take it; who reads is dropped.
    """
    usual = next(contract for contract in load_contracts() if contract.id == SOURCE)
    words = usual.model_dump(exclude_unset=True)
    *fields, last = words["fields"]
    device = last | {"source": "device", "sensitivity": "identifier", "identifier": MAC}
    reader = {"name": "reader", "type": "string", "sensitivity": "drop"}
    fields += [device, reader | {"description": last["description"]}]
    drops = {"connector": "drop_folder", "url": "${CDP_SENSOR_DROP_URL}", "pattern": "*.csv"}
    plain = {"type": "csv", "encoding": "utf-8"}
    words |= {"classification": "personal", "fields": fields, "fetch": drops, "format": plain}
    return checked(words)


def readings(planted: Planted) -> list[str]:
    """A thousand readings of twenty gauges; of each fifty some have identifiers for values."""
    lines = [HEADER]
    for n, (mac, phone, mail) in enumerate(
        zip(planted.macs, planted.phones, planted.emails, strict=True)
    ):
        device = ":".join(mac[at : at + 2] for at in range(0, 12, 2))
        minute = 450 + 10 * (n // 20)
        at = f"2026-01-08T{minute // 60:02d}:{minute % 60:02d}:00+07:00"
        station, value, person = f"RG-{n % 20:03d}", "0.2", f"{mail}@mail.example"
        match n % 50:
            case 7:
                value = phone
            case 17:
                station = planted.plates[n]
            case 27:
                at = planted.nationals[n]
            case 37:
                device = person
            case 47:
                person += f",{phone}"  # one field too many
        remark = planted.nationals[n]
        lines.append(f"{station},rain_10min,{at},{value},mm,{device},{person},{remark}")
    return lines


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """One night of the whole platform, in Dagster, in this process."""
    root = tmp_path_factory.mktemp("night")
    home, drops, overlay, outside = (root / n for n in ("home", "drops", "overlay", "outside"))
    for folder in (drops, overlay, outside / "tmp"):
        folder.mkdir(parents=True)
    planted = Planted.some(1000)
    lines = readings(planted)
    (drops / "by_hand.csv").write_text("\n".join(lines), "utf-8")
    (drops / "headless.csv").write_text("\n".join(lines[1:40]), "utf-8")
    (drops / "hopeless.csv").write_text("\n".join([HEADER, *lines[8::50]]), "utf-8")
    (overlay / f"{SOURCE}.yaml").write_text(by_hand().model_dump_json(exclude_unset=True), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDP_HOME", str(home))
        patch.setenv("CDP_CONTRACTS_OVERLAY", str(overlay))
        patch.setenv("CDP_SENSOR_DROP_URL", str(drops))
        patch.setenv("CDP_NOW", NOW.isoformat())
        patch.setenv("TMPDIR", str(outside / "tmp"))
        patch.setattr(tempfile, "tempdir", str(outside / "tmp"))
        keys = _old_keys(Settings(home=home), outside)
        with _everything_logged(outside / "all.log"):
            result = _nightly_job(outside / "dagster")
        yield Night(home, outside, planted, result, keys)


def _old_keys(settings: Settings, outside: Path) -> KeyStore:
    """A delivery whose days in the vault are over, and the key of a month that is."""
    deployment = Deployment(settings)
    (outside / "old").write_text("of last year")
    vault = Vault.of(settings, deployment.lake)
    vault.keep(SOURCE, OLD, "a" * 64, outside / "old")
    store = KeyStore.of(settings)
    store.obtain("pseudonym/wifi/2025-11")
    return store


def _nightly_job(home: Path) -> dg.ExecuteInProcessResult:
    home.mkdir()
    definitions = build_definitions()
    rain = dg.AssetSelection.assets(dg.AssetKey(["open", "rain_daily"])).upstream()
    chosen = rain | dg.AssetSelection.assets(EXPIRED)
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        return definitions.resolve_job_def("nightly").execute_in_process(
            partition_key="2026-01-08",
            instance=instance,
            asset_selection=sorted(chosen.resolve(definitions.resolve_asset_graph())),
        )


class _everything_logged:  # noqa: N801 - reads as the block that it is
    """While it lasts, all that any library logs goes to a file."""

    def __init__(self, path: Path) -> None:
        self._handler, self._root = logging.FileHandler(path), logging.getLogger()

    def __enter__(self) -> None:
        self._level = self._root.level
        self._root.addHandler(self._handler)
        self._root.setLevel(logging.DEBUG)

    def __exit__(self, *_: object) -> None:
        self._root.setLevel(self._level)
        self._root.removeHandler(self._handler)
        self._handler.close()


def test_nothing_planted_is_in_the_home_after_the_night(night: Night) -> None:
    assert found_in(night.home, night.planted) == {}


def test_nothing_planted_is_in_dagsters_records_or_in_a_log(night: Night) -> None:
    assert found_in(night.outside, night.planted) == {}


def test_the_readings_went_the_whole_way(night: Night) -> None:
    """What is not found would have been there: rows, pseudonyms, a release, refusals told."""
    deployment = night.deployment
    rows = deployment.lake.list(f"lake/{SOURCE}/")
    commit = head(deployment.open)
    assert commit is not None
    rain = commit.products["rain_daily"]
    events = "\n".join(text for _, text in texts_below(night.outside / "dagster"))

    assert [info.key for info in rows if "day=2026-01-08" in info.key]
    # Made from a source that is personal here, it went as far as the gate, and no further.
    assert rain.release is None
    assert rain.reason is not None
    assert "personal" in rain.reason.en
    assert any(deployment.lake.list("candidate/"))
    assert "hopeless.csv" in events
    assert "too_many_bad_rows" in events
    assert {"columns", "identifier_format", "ts_format", "value_pattern"} <= set(
        night.texts("lake/quarantine").replace('"', " ").split()
    )


def test_the_models_see_pseudonyms_and_the_scan_sees_what_the_models_made(night: Night) -> None:
    curated = night.texts("lake/curated")
    (parquet,) = (night.home / "lake" / "lake" / SOURCE / "day=2026-01-08").glob("*.parquet")
    import pyarrow.parquet as pq

    pseudonyms = pq.read_table(parquet, columns=["source_flag"]).column(0).to_pylist()

    assert len(set(pseudonyms)) > 800
    assert all(pseudonym in curated for pseudonym in pseudonyms)


def test_a_planted_value_in_an_event_would_be_found(night: Night, tmp_path: Path) -> None:
    event = dg.AssetMaterialization("x", metadata={"why": f"found {night.planted.phones[3]}"})
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance.report_runless_asset_event(event)

    hits = found_in(tmp_path, night.planted)

    assert {"phone": 1} in hits.values()


def test_the_commands_after_the_night_show_nothing_planted(night: Night) -> None:
    commands = [
        *(["ingest", SOURCE, *json] for json in ([], ["--json"])),
        *(["quarantine", "list", *json] for json in ([], ["--json"])),
        *(["quarantine", "show", delivery] for delivery in _deliveries(night)),
        ["quarantine", "replay", "--all"],
        ["gate", "rain_daily"],
        ["release", "show", "rain_daily"],
        ["vault", "list"],
        ["doctor"],
    ]

    said = [CliRunner().invoke(app, command) for command in commands]

    texts = "\n".join(f"{each.output}{each.exception!r}" for each in said)
    assert "hidden (personal)" in texts
    assert found_in_text(texts, night.planted) == {}


def _deliveries(night: Night) -> list[str]:
    kept = night.deployment.lake.list(f"quarantine/{SOURCE}/")
    return [info.key.rsplit("/", 1)[1][:12] for info in kept]


def test_the_night_destroys_the_keys_that_are_due_and_shows_which(night: Night) -> None:
    names = list(night.keys.names())
    (shown,) = [
        event.step_materialization_data.materialization
        for event in night.result.get_asset_materialization_events()
        if event.asset_key == EXPIRED
    ]

    assert f"vault/{SOURCE}/2026-01-08" in names
    assert "pseudonym/wifi/2026-01" in names
    for gone in (f"vault/{SOURCE}/{OLD}", "pseudonym/wifi/2025-11"):
        assert gone in str(shown.metadata["destroyed"].value)
        with pytest.raises(KeyGone, match="destroyed"):
            night.keys.find(gone)
    assert shown.metadata["files gone"].value == 1
    assert night.deployment.lake.head(f"vault/{SOURCE}/{OLD}/{'a' * 64}.enc") is None
