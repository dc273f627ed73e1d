"""A POST over HTTP that is tried again where that may help, always with the same key.

Belongs here: what LINE and webhooks have in common. Does not belong here: fetching from sources
(`ingestion/connectors/http/`), which does not trust where it is led; these addresses are our own
settings, and no redirect is followed.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import httpx
import stamina

from orchestration.alerts.channels.promise import Later, NotTaken, Unreachable

_TRIES = 3
_SECONDS = 20.0
"""All tries together; a warning that somebody else is to get must not wait for longer."""
_ONE_TRY_SECONDS = 8.0
_BUSY = frozenset({408, 425, 429})
_THE_MESSAGE = frozenset({400, 413, 415, 422})
"""Statuses that are about what was sent, and not about who we are or where we knocked."""
_EXCERPT = 200


class _Again(Exception):
    """A failure that another try may mend."""


def post(url: str, headers: Mapping[str, str], body: bytes, taken: Iterable[int] = ()) -> None:
    """Post a body until it is taken.

    Parameters
    ----------
    taken: statuses that mean so, beside those of success.

    Raises
    ------
    Unreachable: busy, broken or silent. Later: it does not let us in, or nobody lives there.
    NotTaken: it refuses the body.
    """
    where, trusted = host(url), ssl.create_default_context()  # or those of SSL_CERT_FILE
    try:
        for attempt in stamina.retry_context(
            on=_Again, attempts=_TRIES, timeout=_SECONDS, wait_initial=0.3, wait_max=3.0
        ):
            with attempt:
                response = _once(url, headers, body, trusted)
    except _Again as error:
        raise Unreachable(f"{where} {error}") from None
    if response.is_success or response.status_code in taken:
        return
    told = " ".join(response.text[:_EXCERPT].split())
    what = f"{where} answered {response.status_code} {response.reason_phrase}: {told}".rstrip(": ")
    if response.status_code in _THE_MESSAGE:
        raise NotTaken(what)
    fix = "check the address and the secret in the settings; it is sent again then"
    raise Later(what, fix=fix)


def host(url: str) -> str:
    """The machine of an address, without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _once(
    url: str, headers: Mapping[str, str], body: bytes, trusted: ssl.SSLContext
) -> httpx.Response:
    try:
        with httpx.Client(verify=trusted, timeout=_ONE_TRY_SECONDS, trust_env=False) as client:
            response = client.post(url, headers=dict(headers), content=body)
    except (httpx.InvalidURL, UnicodeEncodeError) as error:
        what = f"an address or a secret cannot be sent: {type(error).__name__}"
        raise Later(
            what, fix="check the settings and the duty list; it is sent again then"
        ) from None
    except httpx.TransportError as error:
        raise _Again(f"did not answer: {type(error).__name__}") from None
    if response.status_code in _BUSY or response.is_server_error:
        raise _Again(f"answered {response.status_code} {response.reason_phrase}")
    return response
