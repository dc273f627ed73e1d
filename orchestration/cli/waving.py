"""`cdp quarantine wave-through`: somebody looked at what was kept out, and it may stay out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from ingestion.clock import BANGKOK
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.outstanding import KeptOut, Waved, Waves, kept_out
from ingestion.errors import PermanentError
from orchestration.cli import show
from orchestration.cli.clock import user
from orchestration.cli.ingesting import parse_day
from orchestration.deployment import Deployment, open_deployment


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("wave-through")(wave_through)


def wave_through(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    delivery: Annotated[
        str, typer.Argument(help="Beginning of the delivery's SHA-256; `all` that stand.")
    ],
    why: Annotated[str, typer.Option("--why", "--reason", help="Why it may stay out.")],
    until: Annotated[
        str, typer.Option(help="Last day in Asia/Bangkok, YYYY-MM-DD; without it for good.")
    ] = "",
    who: Annotated[str, typer.Option(help="Who says so; the user of this machine.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per delivery.")] = False,
) -> None:
    """Let stay out what was kept out of a delivery: its check is green again. Kept for ever.

    Nothing enters the lake by it. When the delivery is judged otherwise, it stands again.
    """
    from orchestration.telling import tell_of_standing

    deployment = open_deployment()
    contract = deployment.contract(source)
    if not why.strip():
        raise PermanentError("no reason is given", fix="--why 'the sensor was replaced'")
    end = _end(until, deployment.clock.now())
    with deployment.alone("nightly"):
        waves = Waves(deployment.lake, source)
        for each in _chosen(_standing(deployment, source, waves), delivery, source):
            said = waves.add(
                each.entry, deployment.clock.now(), who.strip() or user(), why.strip(), end
            )
            _tell(each, said, source, as_json=as_json)
        tell_of_standing(deployment, [contract])


def _standing(deployment: Deployment, source: str, waves: Waves) -> list[KeptOut]:
    contract, now = deployment.contract(source), deployment.clock.now()
    every = kept_out(Ledger(deployment.lake, source), contract, waves.all(), now)
    return [each for each in every if each.state != "replaced"]


def _chosen(standing: list[KeptOut], delivery: str, source: str) -> list[KeptOut]:
    if delivery == "all":
        found = [each for each in standing if each.state == "outstanding"]
    else:
        found = [each for each in standing if each.entry.sha256.startswith(delivery.lower())]
    if not found or (delivery != "all" and len(found) > 1):
        raise PermanentError(
            f"{len(found)} deliveries of {source} that were kept out begin with {delivery!r}"
            if delivery != "all"
            else f"nothing of {source} is outstanding",
            expected="exactly one that is outstanding" if delivery != "all" else "",
            fix=f"cdp quarantine list {source} shows them" if not found else "type more of it",
        )
    return found


def _tell(each: KeptOut, said: Waved, source: str, *, as_json: bool) -> None:
    if as_json:
        facts = said.model_dump(mode="json", by_alias=True)
        show.as_json({"source": source, "name": each.entry.name, **facts})
        return
    end = f" until {said.until.astimezone(BANGKOK):%Y-%m-%d %H:%M}" if said.until else " for good"
    show.line(
        f"{source} {each.entry.name} {each.entry.sha256[:12]} ({said.found}) is waved through"
        f"{end} by {said.who}: {said.why}"
    )


def _end(text: str, now: datetime) -> datetime | None:
    """The end of the last day. Raises `PermanentError` for a day that is over."""
    if not text:
        return None
    midnight = datetime.combine(parse_day(text), datetime.min.time(), BANGKOK)
    end = midnight + timedelta(days=1)
    if end <= now:
        raise PermanentError(f"{text} is over", expected="today or a day to come", fix="--until")
    return end
