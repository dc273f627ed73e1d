"""An HTTP server on loopback that answers by plan: rightly, wrongly, slowly, or in half.

Belongs here: real sockets. Does not belong here: what a client must make of it (the tests).
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, object]:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer. `length`: what the header claims, "" for none. `cut`: bytes before hanging up.

    `silent`: nothing after the headers. `trickle`: seconds between single bytes.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: str | None = None
    cut: int | None = None
    silent: bool = False
    trickle: float = 0


def json_reply(document: object, status: int = 200, **headers: str) -> Reply:
    body = json.dumps(document, ensure_ascii=False).encode()
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"Content-Type": "application/json", **said})


class PlannedServer:
    """The plan, and the record of what was asked."""

    def __init__(self, *, encrypted: bool) -> None:
        self.port, self._scheme = 0, "https" if encrypted else "http"
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.answer: Callable[[Asked], Reply] = lambda _: Reply(404)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def other_name(self) -> str:
        """The same server under a name that is another host to a client."""
        return f"http://localhost:{self.port}"

    def replies(self, *replies: Reply) -> None:
        """Answer in this order; the last one stays."""
        left = list(replies)
        self.answer = lambda _: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def planned_server(encrypted: ssl.SSLContext | None = None) -> Iterator[PlannedServer]:
    """Run a server until the block ends, over TLS when it is given a certificate."""
    planned = PlannedServer(encrypted=encrypted is not None)

    class Handler(_Handler):
        plan = planned

    server = _Server(("127.0.0.1", 0), Handler)
    planned.port = server.server_address[1]
    if encrypted:
        server.socket = encrypted.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield planned
    finally:
        planned.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what many tests are about."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    plan: PlannedServer
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        self.plan.asked.append(asked)
        with suppress(ConnectionError):
            self._send(self.plan.answer(asked))

    do_POST = do_GET  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        length = str(len(reply.body)) if reply.length is None else reply.length
        if length:
            self.send_header("Content-Length", length)
        self.close_connection = reply.length is not None or reply.cut is not None or reply.silent
        self.end_headers()
        self.wfile.flush()
        if reply.silent:
            self.plan.closing.wait(20)
            return
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if not reply.trickle:
            self.wfile.write(body)
        for byte in body if reply.trickle else b"":
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.plan.closing.wait(reply.trickle):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass
