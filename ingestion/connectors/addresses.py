"""Where a source may lead us: declared hosts only, and into our own network only when told.

The check is made where the connection is made, on the address that is then used, so that a name
cannot mean one machine to the check and another to the request.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpcore
import httpx

from ingestion.connectors.patience import Again, Deadline
from ingestion.errors import PermanentError

if TYPE_CHECKING:
    from httpcore._backends.base import SOCKET_OPTION

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Settings that httpx looks at for authorities of one's own."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def public(url: str) -> str:
    """An address without what may be secret: user, password and query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


class Reach:
    """The hosts that one source may lead to.

    Parameters
    ----------
    hosts: names or addresses, as they stand in addresses.
    inside: may they be this machine or in a private network?
    """

    def __init__(self, source: str, hosts: Iterable[str], *, inside: bool) -> None:
        self._source, self._inside = source, inside
        self._hosts = frozenset(host.lower().rstrip(".") for host in hosts if host)

    def check(self, url: httpx.URL) -> None:
        """Refuse other schemes, other hosts, and addresses that carry a user.

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
        if url.scheme not in ("http", "https") or url.host.lower().rstrip(".") not in self._hosts:
            raise PermanentError(
                f"{where} is outside of what the contract allows",
                expected=f"http or https to {', '.join(sorted(self._hosts)) or 'a host'}",
                fix="correct fetch.url, or add the host to fetch.hosts if it belongs to the source",
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
        for address in addresses:
            if not self._inside and is_inside(ipaddress.ip_address(address.split("%")[0])):
                raise PermanentError(
                    f"source {self._source}: host {host} leads to {address}, inside the network",
                    expected="an address on the internet",
                    fix="correct fetch.url, or set CDP_ALLOW_LOOPBACK=true if that is meant",
                )
        return addresses


def is_inside(address: Address) -> bool:
    """Is this not a machine on the internet? Looks through IPv4 addresses written as IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden:
            return is_inside(hidden)
    return not address.is_global or address.is_multicast


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
