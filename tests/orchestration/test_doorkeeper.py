"""Who gets past the doorkeeper of a server on this machine, and who does not."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from orchestration.doorkeeper import Doorkeeper

OWN = "http://127.0.0.1:3000"


async def answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("secret")


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("secret")
    await socket.close()


def client(*names: str, public: bool = False) -> TestClient:
    routes = [
        Route("/graphql", answer, methods=["GET", "POST"]),
        Route("/", answer, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", talk),
    ]
    app = Doorkeeper(Starlette(routes=routes), names, public=public)
    return TestClient(app, base_url=OWN)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:3000", "localhost:3000", "LOCALHOST.", "[::1]:3000", "localhost:9000"]
)
def test_the_names_of_this_machine_are_answered_through_a_tunnel_too(host: str) -> None:
    assert client().get("/", headers={"Host": host}).text == "secret"


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("", "127.0.0.1@evil.example", "evil.example/127.0.0.1", "0x7f.1", "127.0.0.2", "0.0.0.0"),
    ],
)
def test_a_strangers_name_that_leads_here_is_not_answered(host: str, public: bool) -> None:
    refused = client(public=public).get("/", headers={"Host": host})

    assert refused.status_code == 403
    assert "own names" in refused.text


def test_two_names_at_once_are_not_answered() -> None:
    refused = client().get("/", headers=[("Host", "127.0.0.1:3000"), ("Host", "evil.example")])

    assert refused.status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:3000", "HTTP://127.0.0.1:3000"])
def test_the_servers_own_pages_may_send(origin: str) -> None:
    sent = client().post("/graphql", headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})

    assert sent.status_code == 200


def test_a_program_that_names_no_origin_may_send() -> None:
    assert client().post("/graphql").status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "", "http://127.0.0.1:5000", "http://localhost:3000"),
        *("http://127.0.0.1:3000.evil.example", "http://evil.example#127.0.0.1:3000"),
        *("file://127.0.0.1:3000", "http://127.0.0.1:3000@evil.example"),
    ],
)
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_the_page_of_another_origin_may_not_send(origin: str, kind: str) -> None:
    headers = {"Origin": origin, "Content-Type": kind}

    assert client().post("/graphql", headers=headers).status_code == 403


def test_the_page_of_another_origin_may_not_open_a_socket() -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client().websocket_connect(
            "/graphql", headers={"Origin": "http://evil.example", "Host": "127.0.0.1:3000"}
        ),
    ):
        pass

    assert closed.value.code == 1008


def test_an_own_page_may_open_a_socket() -> None:
    headers = {"Origin": OWN, "Host": "127.0.0.1:3000"}
    with client().websocket_connect("/graphql", headers=headers) as socket:
        assert socket.receive_text() == "secret"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_sends_without_an_origin_for_another_site_is_refused(site: str) -> None:
    image = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}

    assert client().get("/", headers=image).status_code == 403
    assert client().post("/", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_a_link_from_elsewhere_may_be_followed_but_asks_nothing() -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert client().get("/", headers=followed).status_code == 200
    asked = client().get("/graphql?query=mutation{x}", headers=followed)
    assert (asked.status_code, "POST" in asked.text) == (403, True)


def test_a_mutation_in_an_address_is_never_run() -> None:
    assert client().get("/graphql?query=mutation{x}").status_code == 403


def test_a_proxy_in_front_is_answered_under_its_name_and_no_other() -> None:
    behind = client("ops.phuket.example")
    own = {"Origin": "https://ops.phuket.example"}

    named = behind.post("/graphql", headers={"Host": "ops.phuket.example", **own})
    rewritten = behind.post("/graphql", headers={"Host": "127.0.0.1:3000", **own})
    other = behind.post("/graphql", headers={"Host": "ops2.phuket.example", **own})

    assert [a.status_code for a in (named, rewritten, other)] == [200, 200, 403]


def test_pages_of_everywhere_may_look_at_public_files_and_send_nothing() -> None:
    stranger = {"Origin": "https://startup.example", "Sec-Fetch-Site": "cross-site"}

    assert client(public=True).get("/", headers=stranger).status_code == 200
    assert client(public=True).post("/", headers=stranger).status_code == 403


def test_no_page_may_show_it_in_a_frame() -> None:
    for answered in (client().get("/"), client().get("/", headers={"Host": "evil.example"})):
        assert answered.headers["X-Frame-Options"] == "DENY"
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
