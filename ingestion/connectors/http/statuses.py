"""What a status of HTTP means: an answer, a reason to ask again, a refusal that stays."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import httpx

from ingestion.clock import Clock
from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Ask, HttpRefused, excerpt
from ingestion.connectors.http.content_coding import UnknownCoding, codings
from ingestion.connectors.http.resuming import NO_SUCH_PART, PARTIAL
from ingestion.connectors.patience import Again
from ingestion.connectors.secrets import Secrets
from ingestion.errors import PermanentError

_BUSY = frozenset({408, 425, 429})
_LOOKED_AT_BYTES = 4096


def check_status(
    response: httpx.Response, ask: Ask, source: str, secrets: Secrets, clock: Clock
) -> None:
    """See that a response is what was asked for, packed in nothing that we cannot undo.

    Raises
    ------
    Again: it may be, another time. HttpRefused, PermanentError: it will not be.
    """
    status = response.status_code
    where = f"source {source}: {public(str(response.url))} answered"
    try:
        codings(response.headers)
    except UnknownCoding as error:
        raise PermanentError(
            f"{where} packed as {error}, which nobody asked for",
            expected="the bytes as they are, or gzip or deflate in Content-Encoding",
            fix="tell the source's owner",
        ) from None
    if status in (PARTIAL, NO_SUCH_PART) and "Range" in ask.headers:
        return
    if response.is_success and status != PARTIAL:
        return
    if status in _BUSY or response.is_server_error:
        raise Again(f"answered {status} {response.reason_phrase}", _asked_wait(response, clock))
    body = next(response.iter_bytes(_LOOKED_AT_BYTES), b"")
    said = f": {excerpt(body, secrets)}" if body.strip() else ""
    hint = "correct the address in the contract or its setting"
    if status in (401, 403):
        hint = "check the key that the contract's setting names, and whether it may read this"
    if status == PARTIAL:
        hint = "it holds back a part of the answer; ask for less at once"
    raise HttpRefused(f"{where} {status} {response.reason_phrase}{said}", status, fix=hint)


def _asked_wait(response: httpx.Response, clock: Clock) -> float | None:
    """Seconds that the server asks to wait."""
    asked = str(response.headers.get("retry-after", "")).strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
        return max(float((until - clock.now()).total_seconds()), 0.0)
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
