"""The same device is the same pseudonym within a period and a purpose, and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.judging.parse import lake_columns, parse
from ingestion.privacy import pseudonyms
from ingestion.sources import checked
from tests.ingestion.privacy.door import AT, Door
from tests.ingestion.privacy.personal_sources import MAC, WIFI_HEADER, lpr, wifi
from tests.support.judging import DELIVERY, NOW, json_of

VALUES = st.sampled_from(["aabbccddee02", "aabbccddee03", "83|1กข1234", "a", "b" * 64, "ก" * 80])


def test_a_pseudonym_is_the_first_half_of_an_hmac_under_the_periods_key(door: Door) -> None:
    judged = door.devices("AA-BB-CC-DD-EE-02")

    key = next(k.key for k in door.keys(wifi()) if k.period.first == date(2026, 1, 1))
    expected = hmac.new(key, b"aabbccddee02", hashlib.sha256).hexdigest()[:32]
    assert judged.column("device") == [expected]


def test_a_month_ends_at_midnight_in_bangkok_and_its_pseudonyms_with_it(door: Door) -> None:
    mac = "A0:00:00:00:00:01"
    january = [door.devices(mac, at=at) for at in (AT, "2026-01-01T00:00:00+07:00")]
    late = "2025-12-31T23:59:59+07:00"  # its key is dead: its week of grace ended on 8 January

    assert january[0].column("device") == january[1].column("device")
    assert [row.code for row in door.devices(mac, at=late).quarantined] == ["identifier_key_gone"]


def test_days_and_purposes_cannot_be_joined(door: Door) -> None:
    plate = "กข 1234"
    days = [f"2026-01-0{day}T09:00:00+07:00" for day in (7, 8)]
    found = {door.plates(plate, at=at).column("plate")[0] for at in days}
    other = [
        f.model_copy(update={"identifier": f.identifier.model_copy(update={"purpose": "toll"})})
        if f.identifier
        else f
        for f in lpr().fields
    ]
    toll = lpr().model_copy(update={"fields": tuple(other)})
    row = {"camera": "CAM-000", "seen_at": days[0], "plate": plate}

    found |= set(door.judge(toll, json_of(row)).column("plate"))

    assert len(found) == 3


def test_two_identifiers_of_one_source_are_hidden_under_the_keys_of_their_purposes(
    door: Door,
) -> None:
    staff = {"sensitivity": "identifier", "identifier": MAC | {"purpose": "staff"}}
    fields = [field.model_dump(exclude_unset=True) for field in wifi().fields]
    fields[1] |= staff  # the user name, which is dropped otherwise
    words = wifi().model_dump(exclude_unset=True) | {"fields": fields}
    contract = checked(words)
    mac = "A0:00:00:00:00:01"

    judged = door.judge(contract, f"{WIFI_HEADER}\n0a,{mac},{mac},Free,{AT},1,\n")

    keys = {k.purpose: k.key for k in door.keys(contract) if k.period.first == date(2026, 1, 1)}
    expected = {
        purpose: hmac.new(key, b"a00000000001", hashlib.sha256).hexdigest()[:32]
        for purpose, key in keys.items()
    }
    assert judged.column("device") == [expected["wifi"]]
    assert judged.column("user_name") == [expected["staff"]]
    assert expected["wifi"] != expected["staff"]


def test_a_read_after_midnight_also_has_yesterdays_pseudonym(door: Door) -> None:
    plate = "1กก 99"
    before = door.plates(plate, at="2026-01-07T23:50:00+07:00")
    after = door.plates(plate, at="2026-01-08T01:59:59+07:00")
    morning = door.plates(plate, at="2026-01-08T02:00:00+07:00")

    assert after.column("plate_previous") == before.column("plate")
    assert morning.column("plate_previous") == before.column("plate_previous") == [None]
    assert after.column("plate") == morning.column("plate") != before.column("plate")


def test_a_device_has_one_pseudonym_in_every_source_of_a_purpose(door: Door) -> None:
    words = {
        "name": "client",
        "type": "string",
        "sensitivity": "identifier",
        "identifier": MAC,
        "description": {"th": "ก", "en": "a"},
    }
    base = wifi().model_dump(exclude_defaults=True)
    scans = base | {"id": "wifi_scans", "fields": [base["fields"][4], words], "key": []}
    contract = checked(scans)
    body = f"AcctStartTime,client\n{AT},a0-00-00-00-00-01\n"

    judged = door.judge(contract, body)

    assert judged.column("client") == door.devices("A0:00:00:00:00:01").column("device")


def test_the_lake_has_the_columns_that_the_files_have(door: Door) -> None:
    for contract, judged in (
        (wifi(), door.devices("A0:00:00:00:00:01")),
        (lpr(), door.plates("กข 1")),
    ):
        assert list(judged.accepted[0]) == list(lake_columns(contract))


def test_without_keys_no_row_of_a_source_with_identifiers_gets_in(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(f"{WIFI_HEADER}\n1,,A0:00:00:00:00:01,x,{AT},1,\n")

    outcome = parse(wifi(), path, tmp_path, delivery=DELIVERY, received_at=NOW)

    assert outcome.accepted == 0
    assert outcome.reasons == {"identifier_key_gone": 1}


@given(batches=st.lists(st.lists(st.none() | VALUES, max_size=8), max_size=5))
@pytest.mark.parametrize("most", [0, 3, 1_000])
def test_every_value_has_its_pseudonym_however_few_are_remembered(batches, most):
    made = pseudonyms._Made(b"k" * 32, most)

    told = [made.pseudonyms(pa.array(batch, pa.string())).to_pylist() for batch in batches]

    assert told == [
        [
            value and hmac.new(b"k" * 32, value.encode(), "sha256").hexdigest()[:32]
            for value in batch
        ]
        for batch in batches
    ]
