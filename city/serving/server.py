"""An HTTP server on loopback for the services of the simulated city.

Also what can be wrong with a server: being down, and refusing too many requests. What is answered
belongs to the services (`ckan` and its neighbours); which there are, to `services`.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from city.channels import Answer, Request
from city.serving.answers import json_answer, page
from ingestion.errors import SettingsError

HOST = "127.0.0.1"
MOST_BODY_BYTES = 1_000_000


class Service(Protocol):
    """What is served below one prefix of the server's paths; the longest that fits answers."""

    @property
    def prefix(self) -> str:
        """Where it is, such as `/thaiwater`; empty for the root."""
        ...

    def answer(self, url: str, request: Request) -> Answer:
        """What it says, reached at `url` (server and prefix); the request's path is below it."""
        ...

    def asked_about(self, request: Request) -> str:
        """The name by which a test takes what is asked for down; empty where there is none."""
        ...


@contextmanager
def serve(services: Sequence[Service], port: int = 0) -> Iterator[Served]:
    """Serve until the block ends; port 0 takes any free port.

    Raises
    ------
    SettingsError: when the port cannot be had.
    """
    try:
        server = _Server((HOST, port), _Handler)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"the simulated city cannot listen on port {port}: {error}",
            expected="a free port between 1024 and 65535, or 0 for any",
            fix="stop what uses the port, or choose another",
        ) from None
    server.served = Served(tuple(services), f"http://{HOST}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Served:
    """What is being served: its address, and the knobs of its server."""

    services: tuple[Service, ...]
    url: str
    requests: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _down: dict[str, int] = field(default_factory=dict)
    _allowance: int = 0
    _spent: int = 0
    _retry_after: int = 1

    def show(self, services: Sequence[Service]) -> None:
        """From now on serve others, such as a catalogue with a revised table."""
        with self._lock:
            self.services = tuple(services)

    def take_down(self, name: str = "", *, times: int = -1) -> None:
        """Answer 503 for one thing (`Service.asked_about`) or all, so often or until `restore`."""
        with self._lock:
            self._down[name] = times

    def limit_rate(self, requests: int, *, retry_after: int = 1) -> None:
        """After every so many answers refuse one request with 429 and `Retry-After` (seconds)."""
        with self._lock:
            self._allowance, self._spent, self._retry_after = requests, 0, retry_after

    def restore(self) -> None:
        """Answer everything again."""
        with self._lock:
            self._down.clear()
            self._allowance = 0

    def answer(self, request: Request) -> Answer:
        """What the server says to a request."""
        with self._lock:
            self.requests.append(request.path)
            service = self._at(request.path)
            if service is None:
                return page(404, "404 Not Found")
            below = replace(request, path=request.path.removeprefix(service.prefix))
            refusal = self._refusal(service.asked_about(below))
        return refusal or service.answer(self.url + service.prefix, below)

    def _at(self, path: str) -> Service | None:
        fitting = [s for s in self.services if not s.prefix or path.startswith(f"{s.prefix}/")]
        return max(fitting, key=lambda service: len(service.prefix), default=None)

    def _refusal(self, asked: str) -> Answer | None:
        for name in ("", asked):
            if self._down.get(name):
                self._down[name] -= 1  # below zero it stays true, which means until restored
                return page(503, "503 Service Temporarily Unavailable")
        if self._allowance:
            self._spent += 1
            if self._spent > self._allowance:
                self._spent = 0
                wait = {"Retry-After": str(self._retry_after)}
                return page(429, "429 Too Many Requests", wait)
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    served: Served

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """A client that hangs up is its own affair; anything else is a fault of the city."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SimulatedCity"
    sys_version = ""
    timeout = 30
    wbufsize = 65_536  # headers and body leave together, or small answers wait for each other
    server: _Server

    def do_GET(self) -> None:
        self._answer({})

    def do_HEAD(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        try:
            parameters = self._posted()
        except ValueError as error:
            self.close_connection = True
            self._send(json_answer(400, f"Bad request - JSON Error: {error}"))
        else:
            self._answer(parameters)

    def _posted(self) -> dict[str, object]:
        size = int(self.headers.get("Content-Length", 0))
        if not 0 <= size <= MOST_BODY_BYTES:
            raise ValueError("the body is too long")
        body = self.rfile.read(size)
        if self.headers.get_content_type() == "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode(), keep_blank_values=True))
        document = json.loads(body or b"{}")
        if not isinstance(document, dict):
            raise ValueError("the body must be a JSON object")
        return document

    def _answer(self, posted: Mapping[str, object]) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        parameters = {**dict(parse_qsl(parts.query)), **posted}
        self._send(self.server.served.answer(Request(unquote(parts.path), parameters, headers)))

    def _send(self, said: Answer) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.status != 304:
            self.send_header("Content-Length", str(len(said.body)))
        if self.close_connection:  # a client that is not told asks its next question into the void
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the terminal belongs to whoever runs the city."""
