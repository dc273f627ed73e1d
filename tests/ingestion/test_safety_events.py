"""What cameras say of offences and faces: states that follow one another, and counts alone.

The samples are made up. Does not belong here: plate reads (`judging/test_wire_devices.py`).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.contracts import SourceContract
from ingestion.judging.sandbox import Sandbox
from ingestion.privacy.vault import Vault
from tests.support.arrivals import Arrivals
from tests.support.judging import contract_of

STATES = ("event", "violation", "ticket", "paid")
HEADER = (
    "event_id,camera_id,observed_at,violation_code,plate_hash,review_status,changed_at,fine_thb"
)


def violations(drops: Path) -> SourceContract:
    """One row an offence, in the last of its four states; no plate comes in, hashed or not."""
    return contract_of(
        [
            {"name": "event_id", "type": "string", "required": True},
            {"name": "camera_id", "type": "string", "required": True},
            {"name": "observed_at", "type": "timestamp", "required": True},
            {"name": "violation_code", "type": "string", "required": True},
            {"name": "plate_hash", "type": "string", "sensitivity": "drop"},
            {
                "name": "state",
                "source": "review_status",
                "type": "string",
                "required": True,
                "allowed": {state: [state] for state in STATES},
            },
            {"name": "changed_at", "type": "timestamp", "required": True},
            {"name": "fine_thb", "type": "integer", "minimum": 0, "missing": {"": "pending"}},
        ],
        id="traffic_violations",
        classification="personal",
        fetch={"connector": "drop_folder", "url": str(drops), "pattern": "*.csv"},
        key=["event_id"],
        day="observed_at",
        issued="changed_at",
        repeats={"conflict": "latest"},
    )


def told(state: str, fine: str = "") -> str:
    """One offence as a delivery tells of it on the day on which it came to be in that state."""
    day = 2 + STATES.index(state)
    return (
        f"{HEADER}\nE-1,CAM-001,2026-01-01T08:00:00+07:00,no_helmet,5f4dcc3b,{state},"
        f"2026-01-0{day}T09:00:00+07:00,{fine}\n"
    )


def test_an_offence_goes_through_four_states_and_ends_in_the_last_in_any_order(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    bodies = [told(state, "400" if state in ("ticket", "paid") else "") for state in STATES]
    orders = (bodies, bodies[::-1], bodies[2:] + bodies[:2])

    ends = []
    for number, order in enumerate(orders):
        contract = violations(tmp_path / f"{number}-drops")
        city = Arrivals(tmp_path / f"{number}", sandbox, contract)
        for name, body in enumerate(order):
            city.arrive(f"{name}.csv", body)
        ends.append(city.rows("event_id, state, fine_thb"))

    assert ends == [[("E-1", "paid", 400)]] * len(ends)


def test_a_fine_that_is_not_there_yet_has_its_reason(sandbox: Sandbox, tmp_path: Path) -> None:
    city = Arrivals(tmp_path / "home", sandbox, violations(tmp_path / "drops"))

    city.arrive("a.csv", told("violation"))

    assert city.rows("state, fine_thb, fine_thb_reason") == [("violation", None, "pending")]


def test_a_fifth_state_is_quarantined_and_a_hashed_plate_is_nowhere(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    city = Arrivals(tmp_path / "home", sandbox, violations(tmp_path / "drops"))
    body = told("paid", "400") + told("event").splitlines()[1].replace("event", "appealed")

    entry = city.arrive("a.csv", body.replace("E-1", "E-2", 1) + "\n")

    assert entry.outcome.reasons == {"value_unknown": 1}
    assert not any(b"5f4dcc3b" in city.store.get(info.key) for info in city.store.list())


FACE = {"person": "person-17", "embedding": [0.25, 0.5], "crop": "data:image/jpeg;base64,QUJD"}


@pytest.mark.parametrize("nested", [False, True], ids=["beside the counts", "below them"])
def test_of_face_alerts_only_counts_come_in_whatever_the_sender_adds(
    nested: bool, sandbox: Sandbox, tmp_path: Path
) -> None:
    names = ("issued", "verified", "wrong")
    contract = contract_of(
        [
            {"name": "month", "type": "string", "required": True, "pattern": "[0-9]{4}-[0-9]{2}"},
            *({"name": name, "type": "integer", "required": True, "minimum": 0} for name in names),
        ],
        id="face_alert_counts",
        classification="personal",
        format={"type": "json_lines"},
        fetch={"connector": "drop_folder", "url": str(tmp_path / "drops"), "pattern": "*"},
        key=["month"],
        strip=list(FACE),
    )
    city = Arrivals(tmp_path / "home", sandbox, contract)
    counts = {"month": "2026-01", "issued": 9, "verified": 4, "wrong": 5}
    added = {"alerts": [FACE]} if nested else FACE

    entry = city.arrive("a.jsonl", json.dumps(counts | added) + "\n")

    vault = Vault.of(city.settings, city.store)
    vault.bring_back(entry.raw, tmp_path / "opened")
    kept = [city.store.get(info.key) for info in city.store.list()]
    assert city.rows("month, issued, verified, wrong") == [("2026-01", 9, 4, 5)]
    for body in (*kept, (tmp_path / "opened").read_bytes()):
        assert not any(word in body for word in (b"person-17", b"0.25", b"base64"))
