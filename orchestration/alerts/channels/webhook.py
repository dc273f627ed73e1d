"""A webhook: a JSON document to a program of somebody's, signed so that it knows who sent it.

Header          | what it holds
Idempotency-Key | the same at every try: a receiver that remembers it takes a message once
X-CDP-Timestamp | when it was sent, in seconds since 1970: what is older than minutes is a replay
X-CDP-Signature | `sha256=` and the HMAC-SHA256, in hexadecimal digits, of the timestamp as it
                | stands in the header, a full stop, and the bytes of the body, under the secret
"""

from __future__ import annotations

import hashlib
import hmac
import json

from ingestion.settings import Settings
from orchestration.alerts.channels.posting import host, post
from orchestration.alerts.channels.promise import Channel, Later, Parcel


class Webhook(Channel):
    """Receivers that the duty list names."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.alert_webhook_secret.get_secret_value()

    def missing(self) -> str:
        """The settings without which nothing can be sent."""
        return "" if self._secret else "CDP_ALERT_WEBHOOK_SECRET"

    def server(self, to: tuple[str, ...]) -> str:
        """The machine that takes it."""
        return host(to[0])

    def send(self, parcel: Parcel) -> str:
        """Hand a message over. Raises `Later`, `NotTaken`."""
        if not self._secret:
            raise Later("webhooks have no secret", fix="set CDP_ALERT_WEBHOOK_SECRET")
        body = document(parcel)
        at = str(int(parcel.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": parcel.key,
            "X-CDP-Timestamp": at,
            "X-CDP-Signature": f"sha256={signature(self._secret, at, body)}",
        }
        post(parcel.to[0], headers, body)
        return ""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver works out, too, and compares."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def document(parcel: Parcel) -> bytes:
    """What happened, for programs, and the message as a person reads it."""
    event = parcel.event.model_dump(mode="json", exclude_none=True)
    message = {
        "subject": parcel.message.subject,
        "text": parcel.message.text,
        "language": parcel.message.language,
    }
    facts = {"key": parcel.key, "kind": parcel.kind, "event": event, "message": message}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
