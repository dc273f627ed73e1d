"""Which addresses are never asked: other schemes, other hosts, and what is inside the network."""

from __future__ import annotations

import socket

import pytest

from ingestion.connectors.http.addresses import public
from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import Reply

TABLE = b"level\n1.20\n"


@pytest.fixture
def outside(source):
    """A source of a deployment that may only reach the internet."""
    source.settings = source.settings.model_copy(update={"allow_loopback": False})
    return source


@pytest.fixture
def within(outside):
    """A source whose name is meant to lead to a machine of our own."""
    named = {"inside_sources": frozenset({"tide_gauges"})}
    outside.settings = outside.settings.model_copy(update=named)
    return outside


@pytest.fixture
def names(monkeypatch):
    """What names lead to, in place of DNS; addresses lead to themselves."""
    book: dict[str, list[str]] = {}
    asked = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in book:
            return asked(host, port, *args, **kwargs)
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, 6, "", (address, port)) for address in book[name]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return book


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://127.1/x",
        "http://2130706433/x",
        "http://0x7f000001/x",
        "http://0177.0.0.1/x",
        "http://0.0.0.0/x",
        "http://localhost/x",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://[64:ff9b::7f00:1]/x",
        "http://[64:ff9b::a9fe:a9fe]/x",
        "http://[64:ff9b:1::808:808]/x",
        "http://[::8.8.8.8]/x",
        "http://[::127.0.0.1]/x",
        "http://[::ffff:0:8.8.8.8]/x",
        "http://[fec0::1]/x",
        "http://[fd12::1]/x",
        "http://[2001:0:7f00:1::]/x",
        "http://[2001:db8::1]/x",
        "http://[3fff::1]/x",
        "http://[100::1]/x",
        "http://[2002:c058:6301::]/x",
        "http://192.88.99.1/x",
        "http://198.18.0.1/x",
        "http://240.0.0.1/x",
        "http://[2002:7f00:1::]/x",
        "http://10.1.2.3/x",
        "http://172.16.0.9/x",
        "http://192.168.1.1/x",
        "http://100.64.0.7/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/x",
        "http://224.0.0.1/x",
    ],
)
def test_an_address_inside_the_network_is_refused(outside, url):
    with pytest.raises(
        PermanentError,
        match=r"inside the network.*CDP_ALLOW_LOOPBACK|asks for its own keys|is no address",
    ):
        outside.one(connector="http_file", url=url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/passwd", "outside"),
        ("ftp://data.example/x", "outside"),
        ("gopher://data.example/x", "outside"),
        ("javascript:alert(1)", "outside"),
        ("data:text/csv,level", "outside"),
        ("//data.example/x", "outside"),
        ("/etc/passwd", "outside"),
        ("", "outside"),
        ("http://", "outside"),
        ("http://user:pass@data.example/x", "carries a user"),
        ("http://data.example:port/x", "is no address"),
        ("http://data.example/x\r\nX-Evil: 1", "is no address"),
        ("http://data.example/\x00", "is no address"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(source, url, said):
    with pytest.raises(PermanentError, match=said):
        source.one(connector="http_file", url=url)


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1@evil.example/", "http://evil.example#@127.0.0.1/", "http://127.0.0.1.evil.example/",
     "http:\\\\evil.example/", "http://evil.example\\@127.0.0.1/", "https://ⓔvil.example/"],
)  # fmt: skip
def test_an_address_that_only_looks_like_the_source_is_refused(source, server, target):
    server.answer = lambda asked: (
        Reply(302, headers={"Location": target.encode().decode("latin-1")})
        if len(server.asked) == 1
        else Reply(404)
    )

    with pytest.raises(PermanentError):
        source.one(connector="http_file", url=f"{server.url}/table.csv")


METADATA = (
    *("169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe"),
    *("2002:a9fe:a9fe::", "::169.254.169.254", "::ffff:0:a9fe:a9fe", "fd00:ec2::254"),
    *("fe80::a9fe:a9fe", "100.100.100.200", "168.63.129.16", "192.0.0.192", "169.254.0.1"),
)


@pytest.mark.parametrize("address", METADATA)
@pytest.mark.parametrize("as_name", [False, True])
def test_no_setting_allows_the_address_where_a_machine_asks_for_its_keys(
    source, names, address, as_name
):
    source.settings = source.settings.model_copy(
        update={"allow_loopback": True, "inside_sources": frozenset({"tide_gauges"})}
    )
    host = f"[{address}]" if ":" in address else address
    names["gauges.example"] = [address]

    with pytest.raises(PermanentError, match=r"its own keys.*no setting allows this"):
        source.one(
            connector="http_file", url=f"http://{'gauges.example' if as_name else host}/latest"
        )


def test_a_name_does_not_lead_inside_because_addresses_may(source, server, names):
    """A province that allows its own machine has not allowed data.go.th to lead there."""
    server.replies(Reply(body=TABLE))
    names["gauges.example"] = ["127.0.0.1"]
    assert source.settings.allow_loopback

    with pytest.raises(PermanentError, match=r"inside the network.*CDP_INSIDE_SOURCES for a name"):
        source.one(connector="http_file", url=f"http://gauges.example:{server.port}/table.csv")
    assert server.asked == []


def test_one_source_that_may_lead_inside_opens_no_door_for_another(outside, server, names):
    names["gauges.example"] = ["127.0.0.1"]
    others = {"inside_sources": frozenset({"canal_levels"})}
    outside.settings = outside.settings.model_copy(update=others)

    with pytest.raises(PermanentError, match="inside the network"):
        outside.one(connector="http_file", url=f"http://gauges.example:{server.port}/table.csv")


@pytest.mark.parametrize("url", ["http://127.0.0.1:22/", "http://gauges.example:22/x"])
def test_the_port_of_ssh_is_for_sftp_alone(source, url):
    with pytest.raises(PermanentError, match="never to port 22"):
        source.one(connector="http_file", url=url)


def test_a_redirect_to_the_port_of_ssh_is_refused_though_the_contract_names_it(source, server):
    server.replies(Reply(302, headers={"Location": "http://127.0.0.1:22/"}))

    with pytest.raises(PermanentError, match="never to port 22"):
        source.one(connector="http_file", url=f"{server.url}/x", hosts=["127.0.0.1:22"])


def test_a_name_that_leads_inside_is_refused(outside, server, names):
    server.replies(Reply(body=TABLE))
    names["gauges.example"] = ["127.0.0.1"]

    with pytest.raises(PermanentError, match=r"host gauges\.example leads to 127\.0\.0\.1"):
        outside.one(connector="http_file", url=f"http://gauges.example:{server.port}/table.csv")
    assert server.asked == []


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(outside, server, names):
    names["gauges.example"] = ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(PermanentError, match="inside the network"):
        outside.one(connector="http_file", url=f"http://gauges.example:{server.port}/table.csv")


def test_a_redirect_to_an_allowed_name_that_leads_inside_is_refused(
    outside, server, names, monkeypatch
):
    """The first address is on the internet as far as the check can see, the second is not."""
    server.replies(Reply(302, headers={"Location": f"http://inner.example:{server.port}/"}))
    names["gauges.example"], names["inner.example"] = ["127.0.0.1"], ["127.0.0.1"]
    inside = "ingestion.connectors.http.addresses.is_inside"
    monkeypatch.setattr(inside, lambda _: len(server.asked) > 0)

    with pytest.raises(PermanentError, match=r"inner\.example leads to"):
        outside.one(
            connector="http_file",
            url=f"http://gauges.example:{server.port}/",
            hosts=[f"inner.example:{server.port}"],
        )
    assert len(server.asked) == 1


def test_the_checked_address_is_the_one_that_is_connected_to(within, server, names, monkeypatch):
    """A name that changes between check and use leads nowhere new."""
    server.replies(Reply(body=TABLE))
    names["gauges.example"] = ["127.0.0.1"]
    connected = []
    connect = socket.create_connection
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda to, *a, **k: connected.append(to) or connect(to, *a, **k),
    )

    within.one(connector="http_file", url=f"http://gauges.example:{server.port}/table.csv")

    assert connected == [("127.0.0.1", server.port)]
    assert server.asked[0].headers["host"] == f"gauges.example:{server.port}"


def test_the_next_address_of_a_name_is_used_when_the_first_is_dead(within, server, names):
    server.replies(Reply(body=TABLE))
    names["gauges.example"] = ["127.0.0.2", "127.0.0.1"]

    url = f"http://gauges.example:{server.port}/table.csv"

    assert within.one(connector="http_file", url=url).path.read_bytes() == TABLE


def test_a_name_that_is_not_known_is_a_transient_failure(source, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(TransientError, match=r"gauges\.example is not known \(DNS\)"):
        source.one(connector="http_file", url="http://gauges.example/table.csv")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@h.example:8443/a/b?key=1#x", "https://h.example:8443/a/b"),
        ("http://h.example/a?b", "http://h.example/a"),
        ("http://h.example:eighty/a", "an address that is none"),
    ],
)
def test_an_address_is_shown_without_user_and_query(url, shown):
    assert public(url) == shown
