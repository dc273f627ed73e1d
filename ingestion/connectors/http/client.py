"""HTTP as a careful guest: bounded in time and size, retried only where that helps.

Every redirect is checked like the first address (`addresses.py`). What authorizes goes to the
source's own origin only. Addresses in messages carry no query and no user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import httpx
import stamina

from ingestion.connectors.fetched import FetchRequest, written
from ingestion.connectors.http.addresses import GuardedTransport, Reach, may_enter, public
from ingestion.connectors.http.answers import Answer, Ask, quoted, read_json
from ingestion.connectors.http.content_coding import codings, unpack
from ingestion.connectors.http.resuming import Part
from ingestion.connectors.http.statuses import check_status
from ingestion.connectors.patience import PACE, Again, Deadline, tries
from ingestion.connectors.secrets import Secrets
from ingestion.contracts.fetching import Web
from ingestion.contracts.references import resolve
from ingestion.errors import PermanentError, TransientError

MAX_REDIRECTS = 5
USER_AGENT = "phuket-city-data-platform"


class HttpClient:
    """A client for one source, which reaches the hosts that its contract names and no other.

    Parameters
    ----------
    words: what the contract says. headers: what a connector adds to every request to the source.
    """

    def __init__(
        self, words: Web, request: FetchRequest, headers: Mapping[str, str] | None = None
    ) -> None:
        self.source, self._limits = request.source, request.limits
        self._clock, self._words = request.settings.clock, words
        self.secrets = Secrets.of(words)
        self._home = self._parsed(resolve(words.url))
        named = {name: resolve(value) for name, value in words.headers.items()}
        self._own_headers = {**(headers or {}), **named}
        inside = may_enter(request.settings, self.source, self._home.host)
        self._reach = Reach(self.source, self._home, words.hosts, inside=inside)
        self._transport = GuardedTransport(self._reach)
        form = request.contract.format
        self._gzip_itself = getattr(form, "compression", "none") == "gzip"

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transport.close()

    def json(self, ask: Ask) -> tuple[Answer, object]:
        """An answer that fits in memory, such as one page of an API, and its document.

        Raises
        ------
        TransientError: after the last try. PermanentError: the answer will not change.
        """
        asked = replace(ask, headers={"Accept": "application/json", **ask.headers})
        limit = self._limits.page_bytes
        for attempt in self._tries(ask):
            with attempt, self._open(asked) as response:
                body = b"".join(self._bounded(response, response.iter_bytes(), limit))
                answer = Answer(response.status_code, response.url, response.headers, body)
                return answer, read_json(answer, self.source, self.secrets)
        raise AssertionError("the last try returns or raises")

    def download(
        self, ask: Ask, path: Path, known: Callable[[str], bool] = lambda _: False
    ) -> Answer | None:
        """Stream an answer into a file; None if its version mark is `known`.

        What it is packed in for the way only is taken off (`content_coding.py`). A download that
        breaks off goes on where it stopped if the bytes have a strong ETag, and begins again if
        they have none, or another. Raises as `json` does.
        """
        part = Part()
        with written(path) as file:
            for attempt in self._tries(ask):
                with attempt:
                    return self._continue(ask, file, part, known)
        raise AssertionError("the last try returns or raises")

    def _continue(
        self, ask: Ask, file: BinaryIO, part: Part, known: Callable[[str], bool]
    ) -> Answer | None:
        asked = replace(ask, headers={"Accept-Encoding": "identity", **ask.headers, **part.headers})
        with self._open(asked) as response:
            answer = Answer(200, response.url, response.headers)
            if answer.mark and known(answer.mark):
                return None
            part.start(response, file)
            limit = self._limits.file_bytes - part.received
            for chunk in self._bounded(response, response.iter_raw(), limit):
                file.write(chunk)
                part.received += len(chunk)
            part.check_end(response)
            self._unpack(file, part, answer)
            return answer

    def _unpack(self, file: BinaryIO, part: Part, answer: Answer) -> None:
        try:
            unpack(
                file,
                codings(answer.headers),
                self._limits.file_bytes,
                gzip_itself=self._gzip_itself,
            )
        except Again:
            part.received = 0  # what is there is no beginning of anything
            raise
        except ValueError as error:
            raise PermanentError(
                f"source {self.source}: {public(str(answer.url))} {error}",
                fix="check what the address serves",
            ) from None

    def _tries(self, ask: Ask) -> Iterator[stamina.Attempt]:
        """Tries of one address; the last failure tells what to do."""
        deadline = Deadline(self._limits.total_seconds)
        self._transport.until(deadline)
        try:
            yield from tries(self._limits)
        except Again as error:
            said = str(error)
            if not deadline.left():
                said = f"was not done after {self._limits.total_seconds:g} s"
            raise TransientError(
                f"source {self.source}: {public(ask.url)} {said}",
                fix="the source is down or busy; the next run tries again, the last good data stay",
            ) from None

    @contextmanager
    def _open(self, ask: Ask) -> Iterator[httpx.Response]:
        """The final response, after redirects that stay within bounds."""
        url = self._parsed(ask.url)
        url = url.copy_merge_params(dict(ask.params)) if ask.params else url
        for _ in range(MAX_REDIRECTS + 1):
            with self._sent(ask, url) as response:
                if not response.has_redirect_location:
                    check_status(response, ask, self.source, self.secrets, self._clock)
                    yield response
                    return
                url = self._redirected(url, response.headers["location"])
        raise PermanentError(
            f"source {self.source}: {public(ask.url)} redirects more than {MAX_REDIRECTS} times",
            fix="correct fetch.url in the contract",
        )

    @contextmanager
    def _sent(self, ask: Ask, url: httpx.URL) -> Iterator[httpx.Response]:
        self._reach.check(url)
        if not self._is_home(url) and (ask.body is not None or self.secrets.within(str(url))):
            raise PermanentError(
                f"source {self.source}: it leads to another origin, {public(str(url))}, with what "
                "is meant for the source alone",
                fix="correct fetch.url in the contract",
            )
        PACE.turn(url.host, self._words.requests_per_second)
        silence, patience = self._words.read_seconds, self._limits.connect_seconds
        seconds = {"connect": patience, "read": silence, "write": silence, "pool": patience}
        headers = {"User-Agent": USER_AGENT, **(self._own_headers if self._is_home(url) else {})}
        request = httpx.Request(
            ask.method,
            url,
            headers={**headers, **ask.headers},
            content=ask.body,
            extensions={"timeout": seconds},
        )
        try:
            # Not through httpx.Client: it logs whole addresses, keeps cookies and asks proxies.
            response = self._transport.handle_request(request)
            response.request = request
            try:
                yield response
            finally:
                response.close()
        except httpx.RequestError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise PermanentError(
                    f"source {self.source}: {public(str(url))} shows a certificate that is not "
                    f"valid ({error})",
                    fix="tell the source's owner; an own authority is named by SSL_CERT_FILE",
                ) from None
            raise Again(_problem(error, silence)) from None

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            return url.join(location)
        except httpx.InvalidURL:
            raise PermanentError(
                f"source {self.source}: {public(str(url))} redirects to "
                f"{quoted(location, self.secrets)}",
                expected="an address",
                fix="tell the source's owner",
            ) from None

    def _bounded(
        self, response: httpx.Response, chunks: Iterator[bytes], limit: int
    ) -> Iterator[bytes]:
        """The chunks, which are neither too many nor fewer than the header promises."""
        length = response.headers.get("content-length", "")
        promised = int(length) if length.isdecimal() else None
        received = 0
        for chunk in chunks if (promised or 0) <= limit else (b"",):
            received += len(chunk)
            if max(received, promised or 0) > limit:
                raise PermanentError(
                    f"source {self.source}: {public(str(response.url))} sends too much",
                    expected=f"at most {limit:,} bytes",
                    fix="check what the address serves",
                )
            yield chunk
        if promised not in (None, response.num_bytes_downloaded):
            raise Again(f"sent {response.num_bytes_downloaded} of {promised} bytes")

    def _is_home(self, url: httpx.URL) -> bool:
        """The origin that the contract names, or the same host over TLS where it names none."""
        home = self._home
        if (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port):
            return True
        upgraded = (home.scheme, home.port, url.scheme, url.port) == ("http", None, "https", None)
        return upgraded and url.host == home.host

    def _parsed(self, url: str) -> httpx.URL:
        try:
            return httpx.URL(url)
        except httpx.InvalidURL as error:
            raise PermanentError(
                f"source {self.source}: {public(url)} is no address ({error})",
                fix="correct fetch.url in the contract or its setting",
            ) from None


def _problem(error: httpx.RequestError, silence: float) -> str:
    if isinstance(error, httpx.ReadTimeout):
        return f"was silent for {silence:g} s"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "cannot be reached"
    return f"broke off ({type(error).__name__})"
