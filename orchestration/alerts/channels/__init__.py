"""The ways by which a message reaches people and programs: LINE, e-mail, webhooks.

Belongs here: what all of them promise, and which there are. Does not belong here: what is sent to
whom, in which order, and what is recorded of it (`outbox.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.settings import Settings
from orchestration.alerts.channels.email import Email
from orchestration.alerts.channels.line import Line
from orchestration.alerts.channels.promise import Channel, Later, NotTaken, Parcel, Unreachable
from orchestration.alerts.channels.webhook import Webhook

__all__ = ["Channel", "Later", "NotTaken", "Parcel", "Unreachable", "channels_of"]


def channels_of(settings: Settings) -> Mapping[str, Channel]:
    """Every channel by its name on the duty list, as the settings have it."""
    return {"line": Line(settings), "email": Email(settings), "webhook": Webhook(settings)}
