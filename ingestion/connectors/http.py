"""HTTP as a careful guest: bounded in time and size, retried only where that helps.

Every redirect is checked like the first address: only declared hosts, and this machine or a
private network only when a setting allows it. Addresses in messages carry no query and no user.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import httpx
import stamina

from ingestion.clock import Clock
from ingestion.errors import PermanentError, TransientError

MAX_REDIRECTS = 5
MAX_ATTEMPTS = 6
MAX_FILE_BYTES = 2 << 30
MAX_PAGE_BYTES = 256 << 20
LONGEST_WAIT_SECONDS = 60.0
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Answer:
    """What came with the bytes of a download."""

    status: int
    media_type: str
    etag: str


class _Again(Exception):
    """A failure that another attempt may mend, after `wait` seconds when the server named them."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(problem)


class HttpClient:
    """A client for one source, which may only reach the hosts it was made for.

    Parameters
    ----------
    source: id of the source, for messages.
    hosts: the hosts it may talk to, redirects included.
    allow_loopback: may those hosts be this machine or in a private network?
    """

    def __init__(
        self, source: str, hosts: frozenset[str], clock: Clock, *, allow_loopback: bool
    ) -> None:
        self._source, self._hosts, self._clock = source, hosts, clock
        self._allow_loopback = allow_loopback
        timeout = httpx.Timeout(connect=10, read=60, write=60, pool=10)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of an answer that fits in memory, such as one page of an API.

        Raises
        ------
        TransientError: after the last attempt. PermanentError: the answer will not change.
        """
        full = httpx.URL(url, params=dict(params)) if params else httpx.URL(url)
        body = b""
        for attempt in self._attempts(url):
            with attempt, self._open(full, headers) as response:
                body = b"".join(self._chunks(response, MAX_PAGE_BYTES))
        return body

    def download(self, url: str, path: Path, headers: Mapping[str, str] | None = None) -> Answer:
        """Stream an answer into a file. Raises as `get` does."""
        answer = Answer(0, "", "")
        for attempt in self._attempts(url):
            with (
                attempt,
                self._open(httpx.URL(url), headers) as response,
                path.open("wb") as file,
            ):
                for chunk in self._chunks(response, MAX_FILE_BYTES):
                    file.write(chunk)
                answer = Answer(
                    response.status_code,
                    response.headers.get("content-type", ""),
                    response.headers.get("etag", ""),
                )
        return answer

    def _attempts(self, url: str) -> Iterator[stamina.Attempt]:
        """Attempts with growing, jittered waits; the last failure tells what to do."""
        waits = stamina.retry_context(
            on=_decide,
            attempts=MAX_ATTEMPTS,
            timeout=300,
            wait_initial=1.0,
            wait_max=30,
            wait_jitter=1.0,
        )
        try:
            yield from waits
        except _Again as error:
            raise TransientError(
                f"source {self._source}: {public(url)} {error}",
                fix="the source is down or busy; the next run tries again, the last good data stay",
            ) from None

    @contextmanager
    def _open(self, url: httpx.URL, headers: Mapping[str, str] | None) -> Iterator[httpx.Response]:
        """The final response, after redirects that stay within bounds."""
        sent = dict(headers or {})
        for _ in range(MAX_REDIRECTS + 1):
            self._check_address(url)
            request = self._client.build_request("GET", url, headers=sent)
            try:
                response = self._client.send(request, stream=True)
            except httpx.TransportError as error:
                raise _Again(f"does not answer ({type(error).__name__})") from None
            try:
                if response.has_redirect_location:
                    target = url.join(response.headers["location"])
                    sent = sent if target.host == url.host else {}  # keys stay with their host
                    url = target
                    continue
                self._check_status(response)
                yield response
                return
            except httpx.TransportError as error:
                raise _Again(f"broke off ({type(error).__name__})") from None
            finally:
                response.close()
        raise PermanentError(
            f"source {self._source}: {public(str(url))} redirects more than {MAX_REDIRECTS} times",
            fix="correct fetch.url in the contract",
        )

    def _chunks(self, response: httpx.Response, limit: int) -> Iterator[bytes]:
        received = 0
        for chunk in response.iter_bytes(1 << 20):
            received += len(chunk)
            if received > limit:
                raise PermanentError(
                    f"source {self._source}: {public(str(response.url))} sent over {limit} bytes",
                    fix="check what the address serves",
                )
            yield chunk
        promised = response.headers.get("content-length")
        coded = response.headers.get("content-encoding")
        if promised and not coded and received != int(promised):
            raise _Again(f"sent {received} of {promised} bytes")

    def _check_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if status < 400:
            return
        if status in _RETRIED:
            raise _Again(f"answered {status} {response.reason_phrase}", self._wait(response))
        hint = (
            "check the key that the contract's setting names"
            if status in (401, 403)
            else ("correct the address in the contract or its setting")
        )
        raise PermanentError(
            f"source {self._source}: {public(str(response.url))} answered {status} "
            f"{response.reason_phrase}",
            fix=hint,
        )

    def _wait(self, response: httpx.Response) -> float | None:
        """Seconds that the server asks to wait, within reason."""
        asked = str(response.headers.get("retry-after", ""))
        if asked.isdecimal():
            return min(float(asked), LONGEST_WAIT_SECONDS)
        try:
            until = parsedate_to_datetime(asked)
        except ValueError:
            return None
        seconds = float((until - self._clock.now()).total_seconds())
        return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)

    def _check_address(self, url: httpx.URL) -> None:
        """Refuse other schemes, other hosts, and addresses inside the network."""
        where = f"source {self._source}: {public(str(url))}"
        if url.scheme not in ("http", "https") or url.host not in self._hosts:
            raise PermanentError(
                f"{where} is outside of what the contract allows",
                expected=f"http or https to {', '.join(sorted(self._hosts))}",
                fix="correct fetch.url in the contract",
            )
        if self._allow_loopback:
            return
        for address in _addresses(url.host, where):
            if not address.is_global:
                raise PermanentError(
                    f"{where} leads to {address}, inside the network",
                    fix="set CDP_ALLOW_LOOPBACK=true if that is meant",
                )


def public(url: str) -> str:
    """An address without what may be secret: user, password and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _decide(error: Exception) -> bool | float:
    if not isinstance(error, _Again):
        return False
    return True if error.wait is None else error.wait


def _addresses(host: str, where: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        raise _Again("has no address (DNS)") from None
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
