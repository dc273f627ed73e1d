"""LINE: a push message to one user, group or room, or one multicast to several users.

Whatever was accepted under a retry key is not accepted again for 24 hours, and the answer to that
is 409: so a message whose answer was lost is still one message. Accepted does not mean delivered:
who blocked the account gets nothing, and LINE does not say so.

Source: LINE Developers, Messaging API: Send push message, Send multicast message, Retry failed API
requests (developers.line.biz).
"""

from __future__ import annotations

import json

from ingestion.settings import Settings
from orchestration.alerts.channels.posting import host, post
from orchestration.alerts.channels.promise import Channel, Later, Parcel

_ACCEPTED_BEFORE = 409
_LONGEST = 5000
"""Characters of a text message, in UTF-16; of ours each is one unit."""


class Line(Channel):
    """The Messaging API."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.alert_line_url.rstrip("/")
        self._token = settings.alert_line_token.get_secret_value()

    def missing(self) -> str:
        """The settings without which nothing can be sent."""
        return "" if self._token else "CDP_ALERT_LINE_TOKEN"

    def server(self, to: tuple[str, ...]) -> str:
        """The machine that takes it."""
        return host(self._url)

    def send(self, parcel: Parcel) -> str:
        """Hand a message over. Raises `Later`, `NotTaken`."""
        if not self._token:
            raise Later("LINE has no token", fix="set CDP_ALERT_LINE_TOKEN")
        way, to = ("multicast", list(parcel.to)) if len(parcel.to) > 1 else ("push", parcel.to[0])
        text = f"{parcel.message.subject}\n\n{parcel.message.text}"[:_LONGEST]
        document = {"to": to, "messages": [{"type": "text", "text": text}]}
        post(
            f"{self._url}/v2/bot/message/{way}",
            {
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "X-Line-Retry-Key": parcel.key,
            },
            json.dumps(document, ensure_ascii=False).encode(),
            taken=(_ACCEPTED_BEFORE,),
        )
        return ""
