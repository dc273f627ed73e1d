"""Redirects: which are followed, which are refused, and what never follows them."""

from __future__ import annotations

import httpx
import pytest

from ingestion.connectors.http.addresses import GuardedTransport
from ingestion.errors import PermanentError
from tests.support.planned_server import Reply, planned_server

TABLE = b"level\n1.20\n1.25\n"
FINE = Reply(body=TABLE)


def to(url, status=302):
    return Reply(status, headers={"Location": url})


def test_redirects_within_the_source_are_followed(file_of, server):
    server.replies(to("/a"), to("b", 301), to("?c=1", 307), FINE)

    assert file_of() == TABLE
    assert [asked.path for asked in server.asked] == ["/table.csv", "/a", "/b", "/b"]


def test_a_redirect_to_a_host_that_the_contract_does_not_name_is_refused(file_of, server):
    server.replies(to(f"{server.other_name}/table.csv"), FINE)

    with pytest.raises(PermanentError, match=r"localhost.*outside.*to fetch\.hosts if it belongs"):
        file_of()
    assert len(server.asked) == 1


def test_a_redirect_to_a_host_that_the_contract_names_is_followed_without_headers(
    file_of, server, monkeypatch
):
    monkeypatch.setenv("CDP_TIDE_KEY", "s3cret-of-the-tide")
    server.replies(to(f"{server.other_name}/moved.csv"), FINE)

    assert (
        file_of(hosts=[f"localhost:{server.port}"], headers={"X-Api-Key": "${CDP_TIDE_KEY}"})
        == TABLE
    )
    assert [asked.headers.get("x-api-key") for asked in server.asked] == [
        "s3cret-of-the-tide",
        None,
    ]


def test_another_port_of_the_host_is_another_host(source, server):
    with planned_server() as other:
        other.replies(FINE)
        server.replies(to(f"{other.url}/moved.csv"))

        with pytest.raises(PermanentError, match=rf"127\.0\.0\.1:{other.port}.*is outside"):
            source.one(connector="http_file", url=f"{server.url}/table.csv")
    assert other.asked == []


def test_a_host_of_the_contract_is_reached_at_its_own_port_alone(source, server):
    with planned_server() as other:
        other.replies(FINE)
        server.replies(to(f"{other.other_name}/moved.csv"))

        with pytest.raises(PermanentError, match="is outside"):
            source.one(connector="http_file", url=f"{server.url}/table.csv", hosts=["localhost"])
    assert other.asked == []


def test_a_key_does_not_follow_to_another_port_of_its_host(source, server, monkeypatch):
    monkeypatch.setenv("CDP_TIDE_KEY", "s3cret-of-the-tide")
    with planned_server() as other:
        other.replies(FINE)
        server.replies(to(f"{other.url}/moved.csv"))

        source.one(
            connector="http_file",
            url=f"{server.url}/table.csv",
            hosts=[f"127.0.0.1:{other.port}"],
            headers={"Authorization": "Bearer ${CDP_TIDE_KEY}"},
        )

    assert "authorization" in server.asked[0].headers
    assert "authorization" not in other.asked[0].headers


def test_a_redirect_to_https_on_another_host_of_the_contract_gets_no_headers(
    source, server, monkeypatch
):
    """Only the same host over TLS is home; the other is asked, and not with our key."""
    monkeypatch.setenv("CDP_TIDE_KEY", "s3cret-of-the-tide")
    sent = []

    def answer(self, request):
        sent.append(request)
        if len(sent) == 1:
            return httpx.Response(302, headers={"Location": "https://other.example/moved.csv"})
        return httpx.Response(200, stream=httpx.ByteStream(TABLE))

    monkeypatch.setattr(GuardedTransport, "handle_request", answer)

    source.one(
        connector="http_file",
        url="http://gauges.example/table.csv",
        hosts=["other.example"],
        headers={"Authorization": "Bearer ${CDP_TIDE_KEY}"},
    )

    assert [request.url.host for request in sent] == ["gauges.example", "other.example"]
    assert "authorization" in sent[0].headers
    assert "authorization" not in sent[1].headers


def test_a_redirect_to_https_on_the_same_host_keeps_the_headers(source, monkeypatch):
    monkeypatch.setenv("CDP_TIDE_KEY", "s3cret-of-the-tide")
    sent = []

    def answer(self, request):
        sent.append(request)
        if len(sent) == 1:
            return httpx.Response(301, headers={"Location": "https://gauges.example/table.csv"})
        return httpx.Response(200, stream=httpx.ByteStream(TABLE))

    monkeypatch.setattr(GuardedTransport, "handle_request", answer)

    source.one(
        connector="http_file",
        url="http://gauges.example/table.csv",
        headers={"Authorization": "Bearer ${CDP_TIDE_KEY}"},
    )

    assert all("authorization" in request.headers for request in sent)


def test_a_redirect_that_carries_the_key_in_its_address_to_another_host_is_refused(
    file_of, server, monkeypatch
):
    monkeypatch.setenv("CDP_TIDE_KEY", "s3cret/of the tide")
    server.replies(to(f"{server.other_name}/moved.csv?key=s3cret%2Fof%20the%20tide"), FINE)

    with pytest.raises(PermanentError, match="meant for the source alone") as failure:
        file_of(hosts=[f"localhost:{server.port}"], params={"key": "${CDP_TIDE_KEY}"})
    assert len(server.asked) == 1
    assert "s3cret" not in failure.value.message


def test_six_redirects_are_too_many(file_of, server):
    server.answer = lambda asked: to(f"/{len(server.asked)}")

    with pytest.raises(PermanentError, match="redirects more than 5 times"):
        file_of()
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "//evil.example/x"]
)
def test_a_redirect_out_of_http_or_to_nowhere_known_is_refused(file_of, server, target):
    server.replies(to(target), FINE)

    with pytest.raises(PermanentError, match="outside of what the contract allows"):
        file_of()


def test_a_redirect_that_is_no_address_is_refused(file_of, server):
    server.replies(to("http://127.0.0.1:eighty/"), FINE)

    with pytest.raises(PermanentError, match="redirects to 'http://"):
        file_of()


def test_cookies_are_not_kept(file_of, server):
    server.replies(Reply(302, headers={"Location": "/b", "Set-Cookie": "who=we"}), FINE)

    file_of()

    assert "cookie" not in server.asked[1].headers


def test_a_proxy_of_the_environment_is_not_used(file_of, server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.replies(FINE)

    assert file_of() == TABLE
