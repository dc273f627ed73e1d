"""From rows of risk to messages: one round, recorded before it is told.

`warn` is called with the newest rows of a nowcast after every build of it, and whenever none came
for a while: silence is what it tells, too. Killed anywhere, the next call goes on. Does not belong
here: when it is called, and writing what the public reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ingestion.deliveries.simulated import is_simulated
from ingestion.secret_texts import deployment_secrets
from orchestration.alerts.chain import follow
from orchestration.alerts.channels import Channel, channels_of
from orchestration.alerts.duty import DutyList, DutyListError, read_duty_list
from orchestration.alerts.evaluating import evaluate
from orchestration.alerts.messages import Marks, compose
from orchestration.alerts.model import Event, Risk
from orchestration.alerts.outbox import Post, aged, plan
from orchestration.alerts.records import Record, Records
from orchestration.alerts.wording import read_wording
from orchestration.deployment import Deployment

FLOOD = "flood"


def warn(
    deployment: Deployment,
    rows: Sequence[Risk],
    kind: str = FLOOD,
    channels: Mapping[str, Channel] | None = None,
) -> Record:
    """Look at the rows, record what happened, and tell those on duty; returns the newest record.

    Parameters
    ----------
    rows: of one nowcast; several of a place tell what passed since the last round.
    channels: others than the settings have.

    Raises
    ------
    DutyListError: what happened is recorded, and told once the list is mended.
    AlertsConflict: another process has warned of the same meanwhile.
    """
    with deployment.locked("alerts"):
        records = Records(deployment.lake, kind)
        record, problem, duty = _evaluated(deployment, records, rows)
        if problem:
            raise problem
        post = Post(
            records,
            duty,
            channels or channels_of(deployment.settings),
            lambda event, entry: compose(
                event, read_wording(kind), entry.language, marks(deployment)
            ),
            deployment.clock.now,
            deployment_secrets(deployment.settings),
        )
        return post.send(record)


def marks(deployment: Deployment, *, test: bool = False) -> Marks:
    """What every message of this home says of itself."""
    simulated = is_simulated(deployment.lake)
    return Marks(deployment.settings.alert_link, test=test, simulated=simulated)


def _evaluated(
    deployment: Deployment, records: Records, rows: Sequence[Risk]
) -> tuple[Record, DutyListError | None, DutyList]:
    """The record after a round, a new one only when something is new; and the duty list."""
    now, kind = deployment.clock.now(), records.kind
    last = records.last(now)
    number = last.number + 1
    after = timedelta(minutes=deployment.settings.alert_unknown_minutes)
    looked = evaluate(rows, now, last.places, after)
    happened = _named(looked.events, f"{kind}-{number:08d}")
    waited = {each.key for each in last.outbox if each.state == "waiting"}
    unplanned, problem, duty = (*last.unplanned, *happened), None, DutyList()
    outbox = last.outbox
    try:
        duty = read_duty_list(deployment.settings.duty_list)
        outbox, unplanned = (*outbox, *plan(kind, unplanned, duty, now)), ()
    except DutyListError as error:
        problem = error
    outbox = aged(outbox, now)
    step = {
        "at": now,
        "places": dict(looked.places),
        "warnings": follow(
            last.warnings,
            looked.places,
            now,
            name=f"{kind}-{number:08d}",
            actual=_authorised(deployment),
        ),
        "happened": happened,
        "unplanned": unplanned,
        "outbox": outbox,
        "ended": tuple(each for each in outbox if each.state == "given_up" and each.key in waited),
    }
    new = last.model_copy(update=step)
    same = new.model_copy(update={"at": last.at, "happened": last.happened, "ended": last.ended})
    return (last if same == last and not happened else records.add(new)), problem, duty


def _authorised(deployment: Deployment) -> bool:
    """May the public take what we write for more than a test?"""
    return deployment.settings.alert_authorised and not is_simulated(deployment.lake)


def _named(events: Sequence[Event], record: str) -> tuple[Event, ...]:
    return tuple(
        event.model_copy(update={"id": f"{record}-{count:02d}"})
        for count, event in enumerate(events, 1)
    )
