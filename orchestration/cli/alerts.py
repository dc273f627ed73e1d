"""`cdp alerts`: does a warning arrive, and what was told to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.clock import BANGKOK
from orchestration.cli import show
from orchestration.deployment import Deployment, open_deployment

if TYPE_CHECKING:
    from orchestration.alerts.records import Record, Sending

app = typer.Typer(no_args_is_help=True)
_LOOKED_BACK = 100
"""Records in which what was told lately is looked for."""
_SHOWN = 20
_STATES = {
    "waiting": "WAITS · รอส่ง",
    "sent": "sent · ส่งแล้ว",
    "refused": "REFUSED · ปลายทางไม่รับ",
    "given_up": "GIVEN UP · เลิกส่ง",
}
_UNKNOWN = "NOT KNOWN · ไม่ทราบ"


@app.command("test")
def send_tests(
    to: Annotated[str, typer.Option(help="Id of one entry of the duty list; else all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per message.")] = False,
) -> None:
    """Send a message that is marked as a test to everybody on duty. Exits 1 when one fails."""
    from orchestration.alerts.trial import try_channels

    failed = False
    for tried in try_channels(open_deployment(), to):
        failed = failed or bool(tried.problem)
        if as_json:
            facts = {"to": tried.to, "channel": tried.channel, "problem": tried.problem}
            show.as_json(facts | {"sent": not tried.problem})
        else:
            said = f"FAILED · ไม่สำเร็จ: {tried.problem}" if tried.problem else _STATES["sent"]
            show.line(f"{tried.to} ({tried.channel}): {said}")
    if failed:
        raise typer.Exit(1)


@app.command("list")
def list_alerts(
    kind: Annotated[str, typer.Option(help="What is warned of.")] = "flood",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """The risk that was told last, what waits or failed and why, and what was sent lately."""
    from orchestration.alerts.records import Records

    deployment = open_deployment()
    now, records = deployment.clock.now(), Records(deployment.lake, kind)
    record = records.last(now)
    ended = (each for one in records.latest(_LOOKED_BACK, now) for each in reversed(one.ended))
    told = list(islice((each for each in ended if each.state == "sent"), _SHOWN))
    if as_json:
        show.as_json(_facts(record, told))
        return
    for line in (*_places(deployment, record), *_messages(record, told)):
        show.line(line)


def _facts(record: Record, told: list[Sending]) -> dict[str, object]:
    places = {code: place.model_dump(mode="json") for code, place in record.places.items()}
    return {
        "kind": record.kind,
        "looked_at": record.at.isoformat() if record.number else None,
        "places": places,
        "outbox": [each.model_dump(mode="json") for each in record.outbox],
        "unplanned": [event.model_dump(mode="json") for event in record.unplanned],
        "sent": [each.model_dump(mode="json") for each in told],
    }


def _places(deployment: Deployment, record: Record) -> Iterator[str]:
    from orchestration.alerts.wording import read_wording

    if not record.number:
        yield "nothing was looked at yet · ยังไม่มีการประเมินความเสี่ยง"
        return
    levels = read_wording(record.kind).levels
    yield f"Risk, as told last at {_at(record.at)} · ความเสี่ยงตามที่แจ้งล่าสุด"
    quiet = 0
    for code, place in record.places.items():
        level = f"{levels[place.level].name.en} · {levels[place.level].name.th}"
        if place.unknown_since:
            said = f"{_UNKNOWN} since {_at(place.unknown_since)}; last known: {level}"
        elif place.since:
            said = f"{level}, since {_at(place.since)}"
        else:
            quiet += 1
            continue
        yield f"  {code} {place.name_en} · {place.name_th}: {said}"
    yield f"  {quiet} without risk · ไม่มีความเสี่ยง {quiet} แห่ง"


def _messages(record: Record, told: list[Sending]) -> Iterator[str]:
    if record.unplanned:
        count = len(record.unplanned)
        yield f"{count} events wait for a duty list that can be read · รอบัญชีผู้รับแจ้งที่อ่านได้"
    if record.outbox:
        yield "Not sent · ยังส่งไม่ได้"
        yield from (f"  {_sending(each)}" for each in record.outbox)
    if told:
        yield "Sent lately · ส่งแล้วล่าสุด"
        yield from (f"  {_sending(each)}" for each in told)


def _sending(each: Sending) -> str:
    event = each.event
    names = ", ".join(f"{place.name_en} {place.name_th}" for place in event.places[:3])
    more = f" and {len(event.places) - 3} more" if len(event.places) > 3 else ""
    tries = f", tried {each.tries} ×" if each.state != "sent" else ""
    why = f": {each.problem}" if each.problem else ""
    return (
        f"{_at(event.at)} {event.what} {names}{more} to {each.to}: "
        f"{_STATES[each.state]}{tries}{why}"
    )


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(BANGKOK):%Y-%m-%d %H:%M}"
