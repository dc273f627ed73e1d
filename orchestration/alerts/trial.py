"""Does a warning arrive, would it be sent: a marked test to everybody on duty, and what is amiss.

Nothing of it is recorded. Does not belong here: how it is shown (`orchestration/cli/alerts.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from ingestion.errors import CdpError, PermanentError
from ingestion.secret_texts import SecretTexts, deployment_secrets
from ingestion.words.closest import did_you_mean
from orchestration.alerts.channels import NotTaken, Parcel, channels_of
from orchestration.alerts.channels.promise import Later
from orchestration.alerts.duty import OnDuty, read_duty_list
from orchestration.alerts.messages import compose
from orchestration.alerts.model import Concerned, Event
from orchestration.alerts.records import Records
from orchestration.alerts.warning import FLOOD, marks
from orchestration.alerts.wording import read_wording
from orchestration.deployment import Deployment

_NOWHERE = Concerned(code="83", name_th="ตัวอย่าง", name_en="Example", level=1)


@dataclass(frozen=True)
class Tried:
    """What became of a test message."""

    to: str
    channel: str
    problem: str
    """Why it was not taken; empty when it was."""


def try_channels(deployment: Deployment, only: str = "") -> Iterator[Tried]:
    """Send a marked test to everybody on duty, or to one of them.

    Raises
    ------
    PermanentError: nobody is on duty, or nobody of that id. DutyListError: the list is wrong.
    """
    path = deployment.settings.duty_list
    entries = read_duty_list(path).duty
    if not entries:
        raise PermanentError(
            f"nobody is on the duty list {path}", fix="docs/operations.md shows a whole one"
        )
    chosen = [entry for entry in entries if only in ("", entry.id)]
    if not chosen:
        known = did_you_mean(only, [entry.id for entry in entries])
        raise PermanentError(f"nobody on the duty list has the id {only!r}{known}")
    for entry in chosen:
        yield _tried(deployment, entry)


def health(deployment: Deployment) -> str:
    """Would a warning reach everybody on duty, as far as we know?

    Raises
    ------
    PermanentError: a setting is missing, or messages wait or were not taken.
    """
    settings = deployment.settings
    entries = read_duty_list(settings.duty_list).duty
    amiss = [
        each
        for each in Records(deployment.lake, FLOOD).last(deployment.clock.now()).outbox
        if each.problem
    ]
    if amiss:
        first = amiss[0]
        count = "1 warning" if len(amiss) == 1 else f"{len(amiss)} warnings"
        raise PermanentError(
            f"{count} did not reach who is on duty; the first, to {first.to} ({first.state}): "
            f"{first.problem}",
            fix="cdp alerts list shows all; what waits is sent in the next round",
        )
    if not entries:
        return f"nobody is on the duty list {settings.duty_list}: of a flood nobody is told"
    channels = channels_of(settings)
    missing = sorted({channels[entry.channel].missing() for entry in entries} - {""})
    if missing:
        raise PermanentError(
            f"{', '.join(missing)} not set, which the duty list needs",
            fix="set them; see README, Settings",
        )
    if settings.duty_list.stat().st_mode & 0o007:
        who = "everybody on this machine may read whom the duty list names"
        return f"WARNING: {who}: chmod o= {settings.duty_list}"
    used = ", ".join(sorted({entry.channel for entry in entries}))
    link = "" if settings.alert_link else "; without CDP_ALERT_LINK no warning names a page"
    return f"{len(entries)} on duty, by {used}{link}"


def _tried(deployment: Deployment, entry: OnDuty) -> Tried:
    now, channel = deployment.clock.now(), channels_of(deployment.settings)[entry.channel]
    event = Event(
        id="test",
        what="rises",
        places=(_NOWHERE,),
        at=now,
        observed_at=now,
        since=now,
        reasons=("rain_1h",),
    )
    message = compose(event, read_wording(FLOOD), entry.language, marks(deployment, test=True))
    problem = ""
    try:
        channel.send(Parcel(entry.to, message, event, FLOOD, str(uuid4()), now))
    except (Later, NotTaken) as error:
        problem = _hidden(deployment, entry, error)
    return Tried(entry.id, entry.channel, problem)


def _hidden(deployment: Deployment, entry: OnDuty, error: CdpError) -> str:
    secrets = [*deployment_secrets(deployment.settings), *entry.to]
    return SecretTexts(secrets).hide(error.message)
