"""Addresses that carry others: inside, outside, and those that lead to the keys of a machine."""

from __future__ import annotations

import ipaddress

import pytest

from ingestion.connectors.http.ranges import is_forbidden, is_inside

PREFIXES_OF_TRANSLATORS = ("64:ff9b:1::", "64:ff9b:1:7f00::", "2001:db8:122::", "fd12:3456::")


def under(prefix: str, bits: int, address: str) -> ipaddress.IPv6Address:
    """An IPv4 address under a prefix as RFC 6052, 2.2 writes it: around bits 64 to 71."""
    v4 = int(ipaddress.IPv4Address(address))
    head = int(ipaddress.IPv6Address(prefix)) >> (128 - bits) << (128 - bits)
    if bits == 96:
        return ipaddress.IPv6Address(head | v4)
    before = max(64 - bits, 0)
    first, rest = v4 >> (32 - before), v4 & ((1 << (32 - before)) - 1)
    return ipaddress.IPv6Address(head | first << 64 | rest << (56 - 32 + before))


@pytest.mark.parametrize("prefix", PREFIXES_OF_TRANSLATORS)
@pytest.mark.parametrize("bits", [32, 40, 48, 56, 64, 96])
@pytest.mark.parametrize("hidden", ["169.254.169.254", "100.100.100.200", "168.63.129.16"])
def test_no_prefix_of_a_translator_leads_to_the_keys_of_a_machine(prefix, bits, hidden):
    assert is_forbidden(under(prefix, bits, hidden))
    assert not is_forbidden(under(prefix, bits, "203.150.12.7"))


def test_a_prefix_is_written_as_the_standard_shows_it():
    shown = {32: "2001:db8:c000:221::", 40: "2001:db8:1c0:2:21::", 48: "2001:db8:122:c000:2:2100::"}
    shown |= {56: "2001:db8:122:3c0:0:221::", 64: "2001:db8:122:344:c0:2:2100::"}
    for bits, address in shown.items():
        assert under("2001:db8:122:344::", bits, "192.0.2.33") == ipaddress.ip_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b:1:a9fe:a9:fe12:3456:789a",  # what follows is not looked at by every translator
        "2001:db8::200:5efe:169.254.169.254",  # ISATAP
        "2001:db8::5efe:169.254.169.254",
        "2001:0:a9fe:a9fe:0:ffff:5601:5601",  # Teredo: the server, and the client, turned over
        "2001:0:4136:e378:8000:63bf:5601:5601",
    ],
)
def test_other_ways_of_carrying_an_address_do_not_lead_there_either(address):
    assert is_forbidden(ipaddress.ip_address(address))


def test_bytes_of_an_address_on_the_internet_that_only_look_so_are_no_reason():
    for address in ("2606:4700:a9fe:a9fe:1:2:3:4", "2606:4700::1234:5678:a9fe:a9fe"):
        assert not is_forbidden(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_addresses_on_the_internet_are_outside(address):
    assert not is_inside(ipaddress.ip_address(address))
