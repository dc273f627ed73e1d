"""An HTTP proxy on loopback that breaks the requests it is told to break, and relays the others.

Belongs here: real sockets, real resets, real half bodies. Does not belong here: what a client
must make of them (the tests).
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_HEADERS = {"connection", "expect", "keep-alive", "transfer-encoding", "content-length"}
BUSY = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>later</Message></Error>"


class Fault(StrEnum):
    """How a request is broken."""

    STATUS_500 = "500"
    STATUS_503 = "503"
    STATUS_429 = "429"
    RESET_BEFORE = "reset before the server saw it"
    RESET_AFTER = "reset after the server did it"
    SLOW = "done, but the answer never comes"
    CUT = "answer cut in the middle"
    DAMAGED_REQUEST = "a byte of the request altered"
    DAMAGED_ANSWER = "a byte of the answer altered"
    OLD_ANSWER = "the answer before, once more"


@dataclass(frozen=True)
class Request:
    """What the plan decides by."""

    method: str
    target: str


@dataclass
class _Planned:
    fault: Fault
    concerns: Callable[[Request], bool]
    nth: int
    times: int


class FaultyProxy:
    """The plan, and the record of what came by."""

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self.upstream = (address.hostname or "", address.port or 80)
        self.url = ""
        self.requests: list[Request] = []
        self.broken = 0
        self.last_answer: tuple[int, list[tuple[str, str]], bytes] | None = None
        self._plan: list[_Planned] = []
        self._lock = threading.Lock()

    def plan(
        self, fault: Fault, concerns: Callable[[Request], bool], *, nth: int = 1, times: int = 1
    ) -> None:
        """Break the nth request that `concerns` accepts, and the `times - 1` after it; no other."""
        self.clear()
        self.also(fault, concerns, nth=nth, times=times)

    def also(
        self, fault: Fault, concerns: Callable[[Request], bool], *, nth: int = 1, times: int = 1
    ) -> None:
        """Add to the plan."""
        with self._lock:
            self._plan.append(_Planned(fault, concerns, nth, times))

    def clear(self) -> None:
        """Break nothing, forget what came by."""
        with self._lock:
            self.requests, self.broken, self._plan = [], 0, []

    def due(self, request: Request) -> Fault | None:
        with self._lock:
            self.requests.append(request)
            for planned in self._plan:
                if not planned.concerns(request):
                    continue
                planned.nth -= 1
                if planned.nth < 1 and planned.times > 0:
                    planned.times -= 1
                    self.broken += 1
                    return planned.fault
        return None


@contextmanager
def faulty_proxy(upstream: str) -> Iterator[FaultyProxy]:
    """Run a proxy in front of `upstream`."""
    proxy = FaultyProxy(upstream)

    class Handler(_Relay):
        plan = proxy

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Relay(BaseHTTPRequestHandler):
    plan: FaultyProxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        request = Request(self.command, self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.plan.due(request)
        if fault in {Fault.STATUS_500, Fault.STATUS_503, Fault.STATUS_429}:
            return self._answer(int(fault), [], b"" if self.command == "HEAD" else BUSY)
        if fault is Fault.RESET_BEFORE:
            return self._reset()
        if fault is Fault.OLD_ANSWER and self.plan.last_answer is not None:
            return self._answer(*self.plan.last_answer)
        if fault is Fault.DAMAGED_REQUEST:
            body = _altered(body)
        status, headers, answer = self._forward(body)
        if fault is Fault.RESET_AFTER:
            return self._reset()
        if fault is Fault.SLOW:
            self.connection.recv(1)  # until the client loses patience and closes
            return self._reset()
        if fault is Fault.CUT:
            return self._cut(status, headers, answer)
        if fault is Fault.DAMAGED_ANSWER:
            answer = _altered(answer)
        self.plan.last_answer = (status, headers, answer)
        return self._answer(status, headers, answer)

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection(*self.plan.upstream, timeout=30)
        try:
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in HOP_HEADERS:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            headers = answer.getheaders()
            if self.command != "HEAD":
                headers = [(n, v) for n, v in headers if n.lower() not in HOP_HEADERS]
            return answer.status, headers, answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self._head(status, headers, len(body))
        self.wfile.write(body)

    def _cut(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        if body:
            self._head(status, headers, len(body))
            self.wfile.write(body[: len(body) // 2])
        else:
            self.wfile.write(b"HTTP/1.1 ")
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.close_connection = True

    def _head(self, status: int, headers: list[tuple[str, str]], size: int) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204 and self.command != "HEAD":
            self.send_header("Content-Length", str(size))
        self.end_headers()

    def _reset(self) -> None:
        at_once = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.connection.close()
        self.close_connection = True

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the client is gone, or was reset on purpose
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):  # closed on purpose
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def _altered(body: bytes) -> bytes:
    return body[:-1] + bytes([body[-1] ^ 1]) if body else body
