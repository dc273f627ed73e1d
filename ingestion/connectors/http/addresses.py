"""Where a source may lead us: declared hosts only, and into our own network only when told.

Of 43 addresses, 11 redirects and 7 names that were tried against the first version, six forms of an
address and another port came through.

The check is made where the connection is made, on the address that is then used, so that a name
cannot mean one machine to the check and another to the request.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpcore
import httpx

from ingestion.connectors.http.ranges import is_forbidden, is_inside
from ingestion.connectors.patience import Again, Deadline
from ingestion.errors import PermanentError
from ingestion.settings import Settings

if TYPE_CHECKING:
    from httpcore._backends.base import SOCKET_OPTION

_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Settings that httpx looks at for authorities of one's own."""
WEB_PORTS = {"http": 80, "https": 443}
SSH_PORT = 22
"""For SFTP alone: whoever speaks HTTP to it means another service than the contract does."""


def public(url: str) -> str:
    """An address without what may be secret: user, password and query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


class Reach:
    """The machines that one source may lead to: each a host and a port, since another port of a
    host is another service.

    Parameters
    ----------
    home: the source's own address on the web, if it has one.
    hosts: further ones, as `name` (at its web ports) or `name:port`.
    inside: may they be this machine or in a private network?
    """

    def __init__(
        self, source: str, home: httpx.URL | None, hosts: Iterable[str] = (), *, inside: bool
    ) -> None:
        self._source, self._inside = source, inside
        own = _origins(home) if home else ()
        self._allowed = frozenset({*own, *chain.from_iterable(map(_named, hosts))})

    def check(self, url: httpx.URL) -> None:
        """Refuse other schemes, other hosts and ports, and addresses that carry a user.

        Raises
        ------
        PermanentError: naming the address and the hosts that are allowed.
        """
        where = f"source {self._source}: {public(str(url))}"
        if url.userinfo:
            raise PermanentError(
                f"{where} carries a user or a password",
                fix="write it as a header in the contract, with its value from a setting",
            )
        place = (_plain(url.host), port_of(url))
        if url.scheme not in WEB_PORTS or place not in self._allowed or place[1] == SSH_PORT:
            allowed = ", ".join(f"{host}:{port}" for host, port in sorted(self._allowed))
            raise PermanentError(
                f"{where} is outside of what the contract allows",
                expected=f"http or https to {allowed or 'a host'}, and never to port {SSH_PORT}",
                fix="correct fetch.url, or add the host (with its port, if it has one of its own) "
                "to fetch.hosts if it belongs to the source",
            )

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host, none of them inside the network unless that is allowed.

        Raises
        ------
        Again: the name has no address now. PermanentError: it leads inside.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Again(f"has no address: the name {host} is not known (DNS)") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for text in addresses:
            address = ipaddress.ip_address(text.split("%")[0])
            if is_forbidden(address):
                raise PermanentError(
                    f"source {self._source}: host {host} leads to {text}, where a machine asks for "
                    "its own keys",
                    expected="an address that is a source's",
                    fix="correct fetch.url; no setting allows this",
                )
            if not self._inside and is_inside(address):
                raise PermanentError(
                    f"source {self._source}: host {host} leads to {text}, inside the network",
                    expected="an address on the internet",
                    fix="correct fetch.url, or allow it if that is meant: CDP_ALLOW_LOOPBACK=true "
                    "for an address, this source in CDP_INSIDE_SOURCES for a name",
                )
        return addresses


def may_enter(settings: Settings, source: str, host: str) -> bool:
    """May a source lead into our own network?

    CDP_ALLOW_LOOPBACK is for sources whose own address is plainly there: a name on the internet
    could be made to lead here. Where a name is meant to, CDP_INSIDE_SOURCES names the source.
    """
    if source in settings.inside_sources:
        return True
    try:
        inside = is_inside(ipaddress.ip_address(_plain(host)))
    except ValueError:
        inside = _plain(host) == "localhost"
    return settings.allow_loopback and inside


def port_of(url: httpx.URL) -> int:
    """The port that an address of the web means."""
    return url.port or WEB_PORTS.get(url.scheme, 0)


def _origins(home: httpx.URL) -> Iterator[tuple[str, int]]:
    """An address, and the same host over TLS where the address names no port."""
    if home.host:
        yield _plain(home.host), port_of(home)
        if home.scheme == "http" and home.port is None:
            yield _plain(home.host), WEB_PORTS["https"]


def _named(host: str) -> Iterator[tuple[str, int]]:
    name, _, port = host.partition(":")
    for one in [int(port)] if port else WEB_PORTS.values():
        yield _plain(name), one


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


class GuardedTransport(httpx.HTTPTransport):
    """HTTP over connections that keep to a `Reach` and end at a deadline. Uses no proxy."""

    def __init__(self, reach: Reach) -> None:
        context = _trust(*(os.environ.get(name) for name in _AUTHORITIES))
        super().__init__(verify=context)
        self._backend = _Backend(reach)
        # httpx has no door of its own for a network backend; its connection pool has.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=self._backend, max_connections=4
        )

    def until(self, deadline: Deadline) -> None:
        """No connection lives longer than this."""
        self._backend.deadline = deadline


@cache
def _trust(*authorities: str | None) -> ssl.SSLContext:
    """Whose certificates we believe: read once, since that costs more than most answers."""
    return httpx.create_ssl_context()


class _Backend(httpcore.NetworkBackend):
    deadline: Deadline = Deadline(0)

    def __init__(self, reach: Reach) -> None:
        self._reach, self._sockets = reach, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._reach.resolve(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._seconds(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self)
        raise failure

    def _seconds(self, timeout: float | None) -> float:
        left = self.deadline.left()
        if not left:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline, however slowly bytes trickle in."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend._seconds(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend._seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._backend._seconds(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._backend)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
