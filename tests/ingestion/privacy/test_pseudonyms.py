from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from pathlib import Path

import pytest

from ingestion.contracts import SourceContract
from ingestion.parsing.parse import lake_columns, parse
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.periods import PeriodKey, living_keys
from tests.ingestion.privacy.personal_sources import MAC, WIFI_HEADER, lpr, wifi
from tests.support.judging import DELIVERY, NOW, Judged, json_of, read_back

AT = "2026-01-08T09:00:00+07:00"


class Door:
    """Files of personal sources, parsed with the keys of one key store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key_store = KeyStore(folder / "keys")

    def keys(self, contract: SourceContract) -> tuple[PeriodKey, ...]:
        return living_keys(contract, self.key_store.obtain, NOW)

    def judge(self, contract: SourceContract, body: str) -> Judged:
        work = self.folder / f"work-{len(list(self.folder.iterdir()))}"
        work.mkdir()
        path = work / "file"
        path.write_text(body, "utf-8")
        outcome = parse(
            contract,
            path,
            work,
            delivery=DELIVERY,
            received_at=NOW,
            period_keys=self.keys(contract),
        )
        return read_back(outcome, work)

    def devices(self, *macs: str, at: str = AT) -> Judged:
        rows = [f"{n:04x},,{mac},Free WiFi,{at},1," for n, mac in enumerate(macs)]
        loose = {"tolerance": {"quarantined_pct": 100}}
        return self.judge(wifi(**loose), "\n".join([WIFI_HEADER, *rows]) + "\n")

    def plates(self, *plates: str, at: str = AT, **words: object) -> Judged:
        rows = [{"camera": f"CAM-{n:03d}", "seen_at": at, "plate": p} for n, p in enumerate(plates)]
        return self.judge(lpr(tolerance={"quarantined_pct": 100}, **words), json_of(*rows))


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_a_pseudonym_is_the_first_half_of_an_hmac_under_the_periods_key(door: Door) -> None:
    judged = door.devices("AA-BB-CC-DD-EE-02")

    key = next(k.key for k in door.keys(wifi()) if k.period.first == date(2026, 1, 1))
    expected = hmac.new(key, b"aabbccddee02", hashlib.sha256).hexdigest()[:32]
    assert judged.column("device") == [expected]


def test_every_spelling_of_an_address_has_one_pseudonym(door: Door) -> None:
    spellings = [
        *("AA:BB:CC:DD:EE:02", "aa:bb:cc:dd:ee:02", "AA-BB-CC-DD-EE-02", "AABBCCDDEE02"),
        *("aabb.ccdd.ee02", "AABB-CCDD-EE02", "  aAbBcCdDeE02  "),
    ]

    judged = door.devices(*spellings)

    assert len(judged.accepted) == len(spellings)
    assert len(set(judged.column("device"))) == 1


@pytest.mark.parametrize(
    ("mac", "code"),
    [
        ("AA:BB:CC:DD:EE", "identifier_format"),
        ("AA:BB:CC:DD:EE:0G", "identifier_format"),
        ("AA:BB-CC:DD:EE:02", "identifier_format"),
        ("A:ABB:CC:DD:EE:02", "identifier_format"),
        ("00:00:00:00:00:00", "identifier_format"),
        ("somchai", "identifier_format"),
        ("FF:FF:FF:FF:FF:FF", "identifier_multicast"),
        ("01:00:5E:00:00:FB", "identifier_multicast"),
        ("", "value_missing"),
    ],
)
def test_what_is_no_address_of_a_device_is_quarantined_and_not_shown(
    door: Door, mac: str, code: str
) -> None:
    judged = door.devices(mac)

    (row,) = judged.quarantined
    assert (row.code, row.column) == (code, "device")
    assert row.found == row.raw == "hidden (personal)"
    assert not mac or mac not in row.model_dump_json()


@pytest.mark.parametrize(
    ("mac", "randomised"),
    [("A0:00:00:00:00:01", False), ("A2:00:00:00:00:01", True), ("06:00:00:00:00:01", True)],
)
def test_made_up_addresses_are_told_apart(door: Door, mac: str, randomised: bool) -> None:
    assert door.devices(mac).column("device_randomised") == [randomised]


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


def test_a_read_after_midnight_also_has_yesterdays_pseudonym(door: Door) -> None:
    plate = "1กก 99"
    before = door.plates(plate, at="2026-01-07T23:50:00+07:00")
    after = door.plates(plate, at="2026-01-08T01:59:59+07:00")
    morning = door.plates(plate, at="2026-01-08T02:00:00+07:00")

    assert after.column("plate_previous") == before.column("plate")
    assert morning.column("plate_previous") == before.column("plate_previous") == [None]
    assert after.column("plate") == morning.column("plate") != before.column("plate")


@pytest.mark.parametrize(
    "spelling",
    ["กข 1234", "กข-1234", "กข1234", "กข ๑๒๓๔", "กข.1234", " กข  1234 ", "กข\u200b1234"],
)
def test_every_spelling_of_a_plate_has_one_pseudonym(door: Door, spelling: str) -> None:
    judged = door.plates("กข1234", spelling)

    assert len(set(judged.column("plate"))) == 1


@pytest.mark.parametrize("plate", ["1กข 1", "ก 1234", "70-1234", "กขค 123", "WXY 1234", "5กท 9999"])
def test_plates_of_every_kind_are_taken(door: Door, plate: str) -> None:
    assert door.plates(plate).outcome.accepted == 1


@pytest.mark.parametrize("text", ["UNKNOWN", "ภูเก็ต", "กข", "1234", "<plate>", "กข 12345"])
def test_what_is_no_plate_is_quarantined(door: Door, text: str) -> None:
    assert door.plates(text).codes == [(1, "identifier_format")]


def test_the_province_is_part_of_the_plate_and_kept_beside_it(door: Door) -> None:
    judged = door.plates(
        "กข 1234 ภูเก็ต", "กข1234 กระบี่", "กข1234", "กข 1234 กทม.", "กข1234กรุงเทพมหานคร"
    )

    provinces = ["ภูเก็ต", "กระบี่", None, "กรุงเทพมหานคร", "กรุงเทพมหานคร"]
    assert judged.column("plate_province") == provinces
    assert len(set(judged.column("plate"))) == 4
    key = next(k.key for k in door.keys(lpr()) if k.period.first == date(2026, 1, 8))
    expected = hmac.new(key, "ภูเก็ต|กข1234".encode(), hashlib.sha256).hexdigest()[:32]
    assert judged.column("plate")[0] == expected


def test_a_province_in_a_field_of_its_own_joins_the_plate(door: Door) -> None:
    words = lpr().model_dump(exclude_defaults=True)
    words["fields"][2]["identifier"]["province"] = "region"
    text = {"th": "ก", "en": "a"}
    words["fields"] += ({"name": "region", "type": "string", "description": text},)
    contract = SourceContract.model_validate(words)
    row = {"camera": "CAM-001", "seen_at": AT, "plate": "กข 1234", "region": "จังหวัดภูเก็ต"}

    beside = door.judge(contract, json_of(row)).column("plate")

    assert beside == door.plates("กข 1234 ภูเก็ต").column("plate")


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
    contract = SourceContract.model_validate(scans)
    body = f"AcctStartTime,client\n{AT},a0-00-00-00-00-01\n"

    judged = door.judge(contract, body)

    assert judged.column("client") == door.devices("A0:00:00:00:00:01").column("device")


def test_what_is_unknown_or_dropped_is_not_kept(door: Door) -> None:
    body = (
        f"{WIFI_HEADER},Phone\n0001,somchai,A0:00:00:00:00:01,Free WiFi,{AT},1,hello,0812345678\n"
    )

    judged = door.judge(wifi(), body)

    (row,) = judged.accepted
    assert row["_rescued"] is None
    assert "user_name" not in row
    assert judged.outcome.new_columns == ()
    (warning,) = judged.outcome.warnings
    assert "2 columns" in warning
    assert "hone" not in judged.outcome.model_dump_json()
    assert "somchai" not in str(row)


def test_a_dropped_column_may_be_away(door: Door) -> None:
    header = WIFI_HEADER.replace("UserName,", "")

    assert door.judge(wifi(), f"{header}\n1,A0:00:00:00:00:01,x,{AT},1,\n").outcome.accepted == 1


@pytest.mark.parametrize(
    "text",
    ["call 081-234-5678", "me@phuket.example", "A0:00:00:00:00:07", "1101700207030", "กข 1234"],
)
def test_personal_data_in_a_free_text_keep_the_row_out(door: Door, text: str) -> None:
    body = f"{WIFI_HEADER}\n1,,A0:00:00:00:00:01,{text},{AT},1,\n2,,A0:00:00:00:00:01,x,{AT},1,\n"

    judged = door.judge(wifi(), body)

    assert judged.codes == [(1, "personal_text")]
    assert text not in judged.quarantined[0].model_dump_json()


def test_the_citys_own_addresses_may_stand_in_an_internal_field(door: Door) -> None:
    fields = [
        f.model_copy(update={"sensitivity": "internal"}) if f.name == "network" else f
        for f in wifi().fields
    ]
    contract = wifi().model_copy(update={"fields": tuple(fields)})
    rows = [
        f"{n},,A0:00:00:00:00:01,{text},{AT},1,"
        for n, text in enumerate(["A0-00-00-00-00-09:Free WiFi", "A0-00-00-00-00-09:me@x.example"])
    ]

    judged = door.judge(contract, "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert judged.codes == [(2, "personal_text")]


def test_a_file_without_its_header_does_not_show_its_first_person(door: Door) -> None:
    judged = door.judge(wifi(), f"1,somchai,A0:00:00:00:00:01,x,{AT},1,\n")

    assert judged.outcome.code == "header_mismatch"
    assert "AcctUniqueId" in judged.outcome.message
    assert "somchai" not in judged.outcome.model_dump_json()
    assert "A0:00" not in judged.outcome.model_dump_json()


def test_a_key_of_json_that_is_a_person_is_not_shown(door: Door) -> None:
    record = {"camera": "CAM-001", "seen_at": AT, "plate": "กข 1", "me@phuket.example": "\u202ex"}

    judged = door.judge(lpr(tolerance={"quarantined_pct": 100}), json_of(record))

    assert judged.codes == [(1, "control_char")]
    assert "me@" not in judged.quarantined[0].model_dump_json()
    assert "me@" not in judged.outcome.model_dump_json()


def test_equal_reads_are_one_and_conflicts_show_nothing(door: Door) -> None:
    rows = [f"7,,{mac},x,{AT},1," for mac in ("A0:00:00:00:00:01", "a0-00-00-00-00-01")]
    rows += [f"8,,A0:00:00:00:00:0{n},x,{AT},1," for n in (1, 2)]

    judged = door.judge(wifi(), "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert (judged.outcome.accepted, judged.outcome.deduplicated) == (1, 1)
    assert [row.code for row in judged.quarantined] == ["dup_conflict", "dup_conflict"]
    assert {row.found for row in judged.quarantined} == {"hidden (personal)"}


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"classification": "open"}, "needs classification: personal"),
        ({"key": ["user_name"]}, "cannot be dropped"),
        ({"strip": ["secret"]}, "strip is for JSON"),
    ],
)
def test_words_of_privacy_that_do_not_fit_together_are_refused(change, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wifi(**change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sensitivity": "public"}, "go together"),
        ({"identifier": None}, "go together"),
        ({"type": "integer"}, "an identifier is a string"),
        ({"pattern": "[a-z]+"}, "its kind says"),
        ({"identifier": {**MAC, "overlap_hours": 2}}, "pseudonyms of a day"),
        ({"identifier": {**MAC, "province": "network"}}, "province is for plates"),
    ],
)
def test_words_of_an_identifier_that_do_not_fit_together_are_refused(change, said: str) -> None:
    words = json.loads(wifi().model_dump_json(exclude_defaults=True))
    words["fields"][2] |= change

    with pytest.raises(ValueError, match=said):
        SourceContract.model_validate(words)
