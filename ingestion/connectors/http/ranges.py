"""Which addresses are inside our own network, and which nobody may ever reach.

An IPv6 address may carry an IPv4 one in a dozen forms, and it is the carried one that answers.
Does not belong here: who may lead where (`addresses.py`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_IPV6_INTERNET = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNDER_PREFIXES = (4, 5, 6, 7, 8, 11)
"""Bytes of a prefix of NAT64 of 32, 40, 48, 56, 64 and 96 bits, byte 8 left out (RFC 6052, 2.2)."""
_ISATAP = (bytes.fromhex("00005efe"), bytes.fromhex("02005efe"))
_NOT_GLOBAL = tuple(map(ipaddress.ip_network, ("192.88.99.0/24", "3fff::/20")))
"""Relays of 6to4, which lead anywhere, and documentation: newer than Python's own list."""
_METADATA = tuple(
    map(
        ipaddress.ip_network,
        (
            *("169.254.0.0/16", "fe80::/10", "100.100.100.200/32", "168.63.129.16/32"),
            *("192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::/32"),
        ),
    )
)
"""Links, and where Alibaba, Azure, Oracle, Amazon and Google answer with a machine's keys."""


def is_inside(address: Address) -> bool:
    """Is this not a machine on the internet? Looks through IPv4 addresses written as IPv6.

    Source: IANA's registries of special-purpose addresses; of IPv6 only 2000::/3 is the internet.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if hidden := _stands_for(address):
            return is_inside(hidden)
        if address not in _IPV6_INTERNET:
            return True
    return (
        not address.is_global
        or address.is_multicast
        or any(address in network for network in _NOT_GLOBAL)
    )


def is_forbidden(address: Address) -> bool:
    """Does a cloud answer here with the keys of the machine that asks, or is this link's own?

    Also by any IPv4 address in an IPv6 one: which prefix translates, a network decides by itself.
    """
    meant = [address]
    if isinstance(address, ipaddress.IPv6Address):
        meant += _embedded(address)
    return any(each in network for each in meant for network in _METADATA)


def _embedded(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Every IPv4 address that an IPv6 address may lead to, in any form that was ever agreed on.

    On the internet the rest must be zero, as RFC 6052 asks: else four bytes mean anything.
    """
    body, strict = address.packed, address in _IPV6_INTERNET
    parts = body[:8] + body[9:]
    for start in _UNDER_PREFIXES:
        if not (strict and (body[8] or any(parts[start + 4 :]))):
            yield ipaddress.IPv4Address(parts[start : start + 4])
    if body[8:12] in _ISATAP:
        yield ipaddress.IPv4Address(body[12:])
    if address.sixtofour:
        yield address.sixtofour
    yield from address.teredo or ()


def _stands_for(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address of the internet leads to: mapped, NAT64, 6to4."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
