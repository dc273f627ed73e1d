"""A whole look: recorded before it is told, each message in order, whoever is out of reach."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.errors import PermanentError
from ingestion.storage import keys
from ingestion.storage.lease import LeaseLost, lease, lease_key
from orchestration.alerts.channels import Later, NotTaken, Parcel, Unreachable
from orchestration.alerts.duty import DutyListError
from orchestration.alerts.records import AlertsConflict, Records
from tests.orchestration.alerts.office import LIST, Office
from tests.orchestration.alerts.rows import RATSADA, WICHIT, at, row
from tests.publication.city import Crash

RISE, OVER = "Flood risk up in Ratsada: warning", "Flood risk over in Ratsada"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "home")


def failing(*errors: Exception) -> Callable[[Parcel], None]:
    left = list(errors)

    def fail(_: Parcel) -> None:
        if left:
            raise left.pop(0)

    return fail


def test_who_is_on_duty_is_told_in_his_language_by_his_channel(office: Office) -> None:
    office.look(at(1), row(RATSADA, 2))

    assert office.shown("line") == [RISE]
    assert office.shown("email") == ["เตือนน้ำท่วม ต.รัษฎา: เตือนภัย"]


def test_nothing_new_records_nothing_and_tells_nobody(office: Office) -> None:
    office.look(at(1), row(RATSADA, 2))
    before = len(office.records)

    office.look(at(2), row(RATSADA, 2))

    assert len(office.records) == before
    assert office.shown() == [RISE]


def test_what_happened_is_recorded_before_anybody_is_told(office: Office) -> None:
    def recorded(_: Parcel) -> None:
        newest = office.records[-1]
        assert [event.what for event in newest.happened] == ["rises"]
        assert [each.state for each in newest.outbox] == ["waiting", "waiting"]
        raise Crash("here")

    office.phones["line"].before = recorded

    with pytest.raises(Crash):
        office.look(at(1), row(RATSADA, 2))


def test_each_message_is_recorded_as_sent_before_the_next_is_tried(office: Office) -> None:
    def first_is_sent(_: Parcel) -> None:
        assert [each.to for each in office.records[-1].ended] == ["room"]
        assert [each.to for each in office.records[-1].outbox] == ["town"]

    office.phones["email"].before = first_is_sent

    office.look(at(1), row(RATSADA, 2))

    assert len(office.phones["email"].came) == 1


def test_no_address_and_no_secret_is_in_the_lake(office: Office) -> None:
    office.phones["email"].before = failing(Unreachable("550 no <duty@town.example> here"))

    office.look(at(1), row(RATSADA, 2))

    (waiting,) = office.records[-1].outbox
    assert waiting.problem == "550 no <***> here"
    for info in office.lake.list("alerts/"):
        assert b"duty@" not in office.lake.get(info.key)
        assert b"U0000" not in office.lake.get(info.key)


def test_a_channel_that_fails_stops_no_other_and_is_tried_at_the_next_look(office: Office) -> None:
    office.phones["line"].before = failing(Unreachable("line did not answer"))

    office.look(at(1), row(RATSADA, 2))
    assert (office.shown("line"), len(office.shown("email"))) == ([], 1)
    (waiting,) = office.records[-1].outbox
    assert (waiting.to, waiting.tries, waiting.problem) == ("room", 1, "line did not answer")

    office.look(at(2), row(RATSADA, 2))
    assert (office.shown("line"), len(office.shown("email"))) == ([RISE], 1)
    assert office.records[-1].outbox == ()


def test_nobody_reads_the_fall_before_the_rise(office: Office) -> None:
    office.phones["line"].before = failing(*[Unreachable("no answer")] * 2)

    office.look(at(1), row(RATSADA, 2))
    office.look(at(16), row(RATSADA, 0, 15))
    assert office.shown() == []
    office.look(at(17), row(RATSADA, 0, 15))

    assert office.shown() == [RISE, OVER]


def test_a_server_that_is_silent_is_asked_once_a_look_whoever_it_is_for(office: Office) -> None:
    office.duty(LIST + "  - {id: night, channel: line, to: [C00000000000000000000000000000002]}\n")
    asked: list[str] = []

    def silent(parcel: Parcel) -> None:
        asked.append(parcel.to[0])
        raise Unreachable("no answer")

    office.phones["line"].before = silent
    record = office.look(at(1), row(RATSADA, 2))

    assert len(asked) == 1
    assert [(each.to, each.tries) for each in record.outbox] == [("room", 1), ("night", 0)]
    assert {each.problem for each in record.outbox} == {"no answer"}


def test_an_entry_that_takes_nothing_now_keeps_its_order_and_no_other_waits(office: Office) -> None:
    """Though both are users of one server."""
    night = "C00000000000000000000000000000002"
    office.duty(f"{LIST}  - {{id: night, channel: line, to: [{night}], language: en}}\n")
    busy = [row(RATSADA, 2), row(WICHIT, 2)]

    def not_now(parcel: Parcel) -> None:
        if parcel.to != (night,) and parcel.event.places[0].code == RATSADA:
            raise Later("450 mailbox busy")

    office.phones["line"].before = not_now
    record = office.look(at(1), *busy)

    assert [each.event.places[0].code for each in record.outbox] == [RATSADA, WICHIT]
    assert [parcel.to for parcel in office.phones["line"].came] == [(night,)] * 2
    office.phones["line"].before = failing()
    office.look(at(2), *busy)
    assert [parcel.event.places[0].code for parcel in office.phones["line"].came[2:]] == [
        RATSADA,
        WICHIT,
    ]


def test_a_message_that_is_not_taken_for_good_lets_the_next_through_and_is_shown(
    office: Office,
) -> None:
    office.phones["line"].before = failing(NotTaken("400 the property, 'to', is invalid"))

    office.look(at(1), row(RATSADA, 2))
    record = office.look(at(16), row(RATSADA, 0, 15))

    assert office.shown() == [OVER]
    (refused,) = record.outbox
    assert (refused.state, refused.problem) == ("refused", "400 the property, 'to', is invalid")
    assert office.look(at(16 + 60 * 36), row(RATSADA, 0, 15 + 60 * 36)).outbox == ()


def test_what_nobody_took_for_half_a_day_is_given_up(office: Office) -> None:
    """LINE forgets a key after a day: what is tried for longer could come twice."""

    def silent(_: Parcel) -> None:
        raise Unreachable("no answer")

    office.phones["line"].before = silent
    office.look(at(0), row(RATSADA, 2))

    last = office.look(at(60 * 12 - 1))
    assert [each.state for each in last.outbox if each.event.what == "rises"] == ["waiting"]
    office.look(at(60 * 12))
    given_up = [each for record in office.records for each in record.ended if each.to == "room"]
    assert [(each.state, each.event.what) for each in given_up] == [("given_up", "rises")]

    office.phones["line"].before = failing()
    office.look(at(60 * 12 + 1))
    assert [subject.split(":")[0] for subject in office.shown()] == ["Flood risk not known"]


def test_who_left_the_duty_list_is_not_told_any_more(office: Office) -> None:
    office.phones["line"].before = failing(Unreachable("no answer"))
    office.look(at(1), row(RATSADA, 2))

    office.duty(LIST.replace("id: room", "id: other_room"))
    record = office.look(at(2), row(RATSADA, 2))

    assert office.shown("line") == []
    assert [(each.to, each.state) for each in record.outbox] == [("room", "given_up")]


def test_what_happens_under_a_wrong_duty_list_is_told_once_it_is_mended(office: Office) -> None:
    office.duty(LIST.replace("channel", "chanel"))
    for minutes, risk in ((1, 2), (16, 0)):
        with pytest.raises(DutyListError, match="did you mean 'channel'"):
            office.look(at(minutes), row(RATSADA, risk, minutes - 1))

    office.duty(LIST)
    office.look(at(17), row(RATSADA, 0, 15))

    assert office.shown() == [RISE, OVER]
    assert office.records[-1].unplanned == ()


def test_without_a_duty_list_it_is_recorded_all_the_same(office: Office) -> None:
    (office.home / "duty.yaml").unlink()

    record = office.look(at(1), row(RATSADA, 2))

    assert [event.what for event in record.happened] == ["rises"]
    assert record.outbox == ()


def test_two_that_look_at_once_record_one_after_the_other(office: Office) -> None:
    """On two machines, say: the second one is told, and has told nobody."""
    records = Records(office.lake, "flood")
    seen = records.last(at(0))
    office.look(at(1), row(RATSADA, 2))

    with pytest.raises(AlertsConflict):
        records.add(seen.model_copy(update={"places": {}}))

    assert len(office.phones["line"].came) == 1


def test_two_machines_that_send_at_once_show_everybody_one_message(
    office: Office, tmp_path: Path
) -> None:
    """Whoever marks first goes on; the other one stops after what it had in its hands."""
    other = Office(tmp_path / "other")
    other.lake, other.phones = office.lake, office.phones

    def meanwhile(_: Parcel) -> None:
        office.phones["line"].before = failing()
        other.look(at(1.1), row(RATSADA, 2))

    office.phones["line"].before = meanwhile
    with pytest.raises(AlertsConflict, match="nothing is lost"):
        office.look(at(1), row(RATSADA, 2))
    office.look(at(2), row(RATSADA, 2))

    assert office.shown("line") == [RISE]
    assert len({parcel.key for parcel in office.phones["email"].came}) == 1
    assert len(office.phones["email"].came) == 1
    assert [record.number for record in office.records] == list(range(1, len(office.records) + 1))


def test_who_lost_the_lake_records_nothing(office: Office) -> None:
    with lease(office.lake, office.home, 60) as held:
        office.look(at(1), row(RATSADA, 2))
        office.lake.put(lease_key(held.number + 1), b"{}")
        with pytest.raises(LeaseLost):
            office.look(at(16), row(RATSADA, 0, 15))

    assert {record.fence for record in office.records} == {held.number}
    assert office.shown() == [RISE]


def test_the_numbers_of_other_kinds_are_their_own(office: Office) -> None:
    office.look(at(1), row(RATSADA, 2))

    assert Records(office.lake, "storm").last(at(1)).number == 0


def test_a_damaged_record_is_named_and_nothing_is_told_from_it(office: Office) -> None:
    record = office.look(at(1), row(RATSADA, 2))
    key = keys.alerts("flood", record.number)
    office.lake.put(key, office.lake.get(key).replace(b'"level":2', b'"level":0'))

    with pytest.raises(PermanentError, match=f"{key} in .* is damaged"):
        office.look(at(2), row(RATSADA, 2))


def test_records_follow_one_another(office: Office) -> None:
    for minutes, risk in enumerate((1, 2, 0, 3)):
        office.look(at(15 * minutes + 1), row(RATSADA, risk, 15 * minutes))
    assert [record.number for record in office.records] == list(range(1, len(office.records) + 1))
    body = json.loads(office.lake.get(keys.alerts("flood", 1)))
    assert body["sealed"]

    office.lake.delete(keys.alerts("flood", 2))

    with pytest.raises(PermanentError, match="does not follow the one before"):
        assert office.records
