"""One bit of anything in the lake, or of a key, has changed: it is named, with what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ingestion.deliveries.ledger import Ledger, Seen
from ingestion.deliveries.ledger_records import checkpoint_key
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.deployment import Deployment
from orchestration.verifying import PARTS, verify, verify_next_part
from tests.support.commands import cdp
from tests.support.demo_home import DemoRun

REMADE = ("clock/", "lease/", "simulated.json", "lake/_", "marks/", "verified/")
"""Written anew by every night, or the simulation's own."""


@pytest.fixture
def deployment(small_run: DemoRun, tmp_path: Path) -> Deployment:
    home = tmp_path / "home"
    shutil.copytree(small_run.settings.home, home, ignore=shutil.ignore_patterns("dbt", "scratch"))
    return Deployment(Settings(home=home, now=small_run.settings.now))


def flip(path: Path, at: float, bit: int = 1) -> None:
    body = bytearray(path.read_bytes())
    body[min(int(len(body) * at), len(body) - 1)] ^= bit
    path.write_bytes(body)


def in_the_lake(deployment: Deployment) -> dict[str, Path]:
    """Every object that must be as it was written, but records that name others."""
    lake = Path(deployment.settings.lake)
    return {
        info.key: lake / info.key
        for info in deployment.lake.list()
        if not info.key.startswith((*REMADE, "ledger/", "builds/"))
        and not info.key.endswith(("/empty.parquet", "/gate.json"))
    }


def test_a_finished_home_is_whole(deployment: Deployment) -> None:
    done = verify(deployment)

    assert (done.damages, done.part) == ((), None)
    assert done.objects > len(in_the_lake(deployment))


@pytest.mark.parametrize(("at", "bit"), [(0, 1), (0.31, 64), (0.77, 8), (1, 128)])
def test_a_flipped_bit_of_any_object_is_named(deployment: Deployment, at: float, bit: int) -> None:
    objects = in_the_lake(deployment)
    for path in objects.values():
        flip(path, at, bit)
    broken_keys = set()
    folder = deployment.settings.home / "keys"
    for path in folder.rglob("*.key"):
        name = path.relative_to(folder).as_posix().removesuffix(".key")
        if name.startswith("pseudonym/"):  # without the others nothing of the vault can be opened
            flip(path, at, bit)
            broken_keys.add(f"key {name}")

    named = {damage.key for damage in verify(deployment).damages}

    assert broken_keys
    # A lake that does not say which it is leaves open whether the catalogue is its own.
    assert named == objects.keys() | broken_keys | {"the catalogue"}


@pytest.mark.parametrize("at", [0, 0.2, 0.5, 0.9, 1])
def test_a_flipped_bit_of_a_record_that_names_others_is_named(
    deployment: Deployment, at: float
) -> None:
    lake = Path(deployment.settings.lake)
    records = [lake / info.key for info in deployment.lake.list("ledger/")]
    records += [lake / info.key for info in deployment.lake.list("builds/")]
    verdicts = list((lake / "candidate").rglob("gate.json"))
    for path in (*records, *verdicts):
        flip(path, at)

    named = {damage.key for damage in verify(deployment).damages}

    assert named >= {f"ledger/{path.parent.name}/" for path in records if "ledger" in path.parts}
    assert named >= {path.relative_to(lake).as_posix() for path in verdicts} | {keys.BUILDS}


def test_what_is_gone_is_named(deployment: Deployment) -> None:
    lake = Path(deployment.settings.lake)
    known = in_the_lake(deployment)
    objects = [key for key in known if key.startswith(("lake/", "quarantine/", "curated/"))]
    raw = [key for key in known if key.startswith("raw/") and "receipt" not in key]
    for key in (*objects, *raw):
        (lake / key).unlink()

    named = {damage.key for damage in verify(deployment).damages}

    assert named >= {*objects, *raw}


def test_a_ledger_with_a_gap_is_named(deployment: Deployment) -> None:
    source = "environment_sensor_readings"
    (first, *_) = deployment.lake.list(keys.ledger_prefix(source))
    body = deployment.lake.get(first.key)
    deployment.lake.put(keys.ledger(source, 5), body)

    (damage,) = [d for d in verify(deployment).damages if d.key == keys.ledger_prefix(source)]

    assert "follow one another" in damage.found


SOURCE = "hotel_occupancy"


@pytest.fixture
def packed(deployment: Deployment) -> Deployment:
    """A home with a source of which there is a checkpoint."""
    ledger = Ledger(deployment.lake, SOURCE)
    now = deployment.clock.now()
    while not deployment.lake.head(checkpoint_key(SOURCE)):
        seen = Seen(name=f"{len(ledger.records())}.csv", mark="", sha256="a" * 64, received_at=now)
        ledger.append([], now, [seen])
    assert verify(deployment).ok
    return deployment


@pytest.mark.parametrize("at", [0, 0.2, 0.5, 0.9, 1])
def test_a_flipped_bit_of_a_checkpoint_is_named(packed: Deployment, at: float) -> None:
    flip(Path(packed.settings.lake) / checkpoint_key(SOURCE), at)

    (damage,) = verify(packed).damages

    assert damage.key == checkpoint_key(SOURCE)
    assert "delete it" in damage.fix


def test_a_checkpoint_hides_no_damage_of_a_record(packed: Deployment) -> None:
    flip(Path(packed.settings.lake) / keys.ledger(SOURCE, 1), 0.5)

    assert keys.ledger_prefix(SOURCE) in {damage.key for damage in verify(packed).damages}


@pytest.mark.parametrize("last", [True, False])
def test_a_checkpoint_hides_no_lost_record(packed: Deployment, last: bool) -> None:
    records = list(packed.lake.list(keys.ledger_prefix(SOURCE)))
    key = records[-1 if last else 0].key
    packed.lake.delete(key)

    (damage,) = [d for d in verify(packed).damages if d.key == keys.ledger_prefix(SOURCE)]

    assert key in damage.found
    assert "missing" in damage.found


def test_a_ledger_that_is_gone_as_a_whole_is_named(packed: Deployment) -> None:
    for info in list(packed.lake.list(keys.ledger_prefix(SOURCE))):
        packed.lake.delete(info.key)

    assert keys.ledger_prefix(SOURCE) in {damage.key for damage in verify(packed).damages}


def test_the_catalogue_is_read_to_its_end(deployment: Deployment) -> None:
    catalogue = deployment.settings.home / "catalog.ducklake"
    body = bytearray(catalogue.read_bytes())
    for place in range(64 << 10, len(body), 16 << 10):
        body[place] ^= 1
    catalogue.write_bytes(body)

    assert "the catalogue" in {damage.key for damage in verify(deployment).damages}


def test_thirty_nights_look_at_everything_once(deployment: Deployment) -> None:
    nights = [verify_next_part(deployment) for _ in range(PARTS)]

    assert sorted(night.part or 0 for night in nights) == list(range(1, PARTS + 1))
    assert sum(night.objects for night in nights) == verify(deployment).objects
    assert max(night.objects for night in nights) < verify(deployment).objects / 10
    assert verify_next_part(deployment).part == nights[0].part


def test_a_part_that_was_cut_off_comes_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    done = verify_next_part(deployment).part or 0
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.verifying.verify", cut_off)
        with pytest.raises(KeyboardInterrupt):
            verify_next_part(deployment)

    assert verify_next_part(deployment).part == done + 1
    deployment.lake.put(keys.NEXT_PART, b"{")
    assert verify_next_part(deployment).part == 1


def test_the_command_names_damage_and_exits_with_it(deployment: Deployment) -> None:
    home = deployment.settings.home
    whole = cdp("verify", "--json", home=home)
    key = next(key for key in in_the_lake(deployment) if key.startswith("raw/"))
    flip(home / "lake" / key, 0.5)

    told, listed = cdp("verify", home=home), cdp("verify", "--json", home=home)

    assert (whole.returncode, json.loads(whole.stdout)["ok"]) == (0, True)
    assert (told.returncode, listed.returncode) == (1, 1)
    assert f"DAMAGED {key} is damaged" in told.stdout
    assert [damage["key"] for damage in json.loads(listed.stdout)["damaged"]] == [key]
    assert "backup" in json.loads(listed.stdout)["damaged"][0]["fix"]


def test_a_home_in_which_nothing_was_built_yet_is_whole(tmp_path: Path) -> None:
    deployment = Deployment(Settings(home=tmp_path / "home"))

    assert verify(deployment).damages == ()
    assert not (tmp_path / "home" / "catalog.ducklake").exists()


STRAY = (
    *("ledger/.DS_Store", "ledger/piers/.DS_Store", "ledger/piers/a b"),
    *("builds/.DS_Store", "builds/00000001.json.bak", "builds/00000000.json", "builds/a/1.json"),
    *("waved/.DS_Store", "waved/piers/.DS_Store", "waved/piers/00000001 copy.json"),
    *("alerts/.DS_Store", "alerts/flood/1.json", "alerts/flood/00000000.json"),
    *("clock/confirmed/.DS_Store", "clock/confirmed/1.json"),
)


@pytest.mark.parametrize("key", STRAY)
def test_a_stray_file_among_records_is_named_and_stops_nothing(key: str, tmp_path: Path) -> None:
    stray = tmp_path / "home" / "lake" / key
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")

    (damage,) = verify(Deployment(Settings(home=tmp_path / "home"))).damages

    assert damage.key == key
    assert "remove it" in damage.message
