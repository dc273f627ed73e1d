"""The portal answers as a public bucket does, and gives out nothing that is not published."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import uvicorn

from ingestion.errors import PermanentError
from orchestration.doorkeeper import Doorkeeper
from orchestration.portal import Bucket, serve_folder

BODY = bytes(range(256)) * 4
FILE = "/tourism/piers/2026-01-08.0/piers.parquet"


@pytest.fixture(scope="module")
def open_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with published files, and beside them what no reader may get."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret")
    store = outside / "open"
    version = store / "tourism" / "piers" / "2026-01-08.0"
    version.mkdir(parents=True)
    (version / "piers.parquet").write_bytes(BODY)
    (version / "empty.csv").write_bytes(b"")
    (version / "README.th.md").write_text("ท่าเรือ")
    (store / "index.html").write_text("<!doctype html><title>x</title>")
    (store / ".tmp").mkdir()
    (store / ".tmp" / "half").write_text("secret")
    (store / ".git").write_text("secret")
    (store / "tourism" / ".hidden.csv").write_text("secret")
    (store / "link.txt").symlink_to(outside / "secret.txt")
    (store / "inner.txt").symlink_to(store / ".tmp" / "half")
    (store / "linked").symlink_to(outside)
    os.mkfifo(store / "pipe")
    return store


@pytest.fixture(scope="module")
def port(open_store: Path) -> Iterator[int]:
    app = Doorkeeper(Bucket(open_store), public=True)
    config = uvicorn.Config(app, port=0, lifespan="off", log_level="error", server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    """A request as it is written: no client tidies its path."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_a_file_comes_whole_with_its_type_and_tag(port: int) -> None:
    answer, body = ask(port, FILE)

    assert (answer.status, body) == (200, BODY)
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert answer.headers["Content-Length"] == "1024"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"].startswith('"')
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html; charset=utf-8"), ("/tourism/piers/2026-01-08.0/README.th.md", "markdown")],
)
def test_pages_and_texts_say_what_they_are(port: int, path: str, kind: str) -> None:
    answer, _ = ask(port, path)

    assert answer.status == 200
    assert kind in answer.headers["Content-Type"]
    assert "charset=utf-8" in answer.headers["Content-Type"]


def test_what_is_replaced_at_each_publication_is_asked_for_again(port: int) -> None:
    assert ask(port, "/index.html")[0].headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("wanted", "part", "told"),
    [
        ("bytes=0-0", BODY[:1], "bytes 0-0/1024"),
        ("bytes=100-199", BODY[100:200], "bytes 100-199/1024"),
        ("bytes=1000-", BODY[1000:], "bytes 1000-1023/1024"),
        ("bytes=1000-99999", BODY[1000:], "bytes 1000-1023/1024"),
        ("bytes=-8", BODY[-8:], "bytes 1016-1023/1024"),
        ("bytes=-99999", BODY, "bytes 0-1023/1024"),
        ("BYTES=1023-1023", BODY[-1:], "bytes 1023-1023/1024"),
    ],
)
def test_a_range_is_answered_with_that_part(port: int, wanted: str, part: bytes, told: str) -> None:
    answer, body = ask(port, FILE, Range=wanted)

    assert (answer.status, body) == (206, part)
    assert answer.headers["Content-Range"] == told
    assert answer.headers["Content-Length"] == str(len(part))
    head, nothing = ask(port, FILE, "HEAD", Range=wanted)
    assert (head.status, nothing, head.headers["Content-Range"]) == (206, b"", told)


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_beyond_the_file_cannot_be_satisfied(port: int, wanted: str) -> None:
    answer, _ = ask(port, FILE, Range=wanted)

    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize(
    "wanted",
    ["bytes=9-5", "bytes=a-b", "lines=0-5", "bytes=", "bytes=-", "0-5", "bytes=+1-3", "bytes=๐-๙"],
)
def test_a_range_that_is_none_is_passed_over(port: int, wanted: str) -> None:
    answer, body = ask(port, FILE, Range=wanted.encode().decode("latin-1"))

    assert (answer.status, body) == (200, BODY)


def test_two_ranges_come_in_parts(port: int) -> None:
    answer, body = ask(port, FILE, Range="bytes=0-1,-2")

    assert answer.status == 206
    assert answer.headers["Content-Type"].startswith("multipart/byteranges")
    assert BODY[-2:] in body


def test_a_range_of_a_file_that_has_changed_since_is_the_whole_file(port: int) -> None:
    tag = ask(port, FILE)[0].headers["ETag"]

    same, _ = ask(port, FILE, Range="bytes=0-9", If_Range=tag)
    other, body = ask(port, FILE, Range="bytes=0-9", If_Range='"other"')

    assert (same.status, other.status, body) == (206, 200, BODY)


def test_an_empty_file_is_a_file(port: int) -> None:
    path = "/tourism/piers/2026-01-08.0/empty.csv"

    assert ask(port, path)[0].status == 200
    assert ask(port, path, Range="bytes=0-")[0].status == 416


def test_head_says_what_get_would_and_sends_nothing(port: int) -> None:
    got, _ = ask(port, FILE)
    head, body = ask(port, FILE, "HEAD")

    assert (head.status, body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == got.headers[name]


def test_who_has_the_file_already_is_told_so(port: int) -> None:
    first, _ = ask(port, FILE)
    tag, day = first.headers["ETag"], first.headers["Last-Modified"]

    for condition in (
        *({"If_None_Match": each} for each in (tag, f'"x", {tag}', f"W/{tag}", "*")),
        {"If_Modified_Since": day},
    ):
        answer, body = ask(port, FILE, **condition)
        assert (answer.status, body, answer.headers["ETag"]) == (304, b"", tag), condition
    for condition in (
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": day},
        {"If_Modified_Since": "yesterday"},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        assert ask(port, FILE, **condition)[0].status == 200, condition


def test_who_wants_another_file_than_this_gets_none(port: int) -> None:
    tag = ask(port, FILE)[0].headers["ETag"]

    assert ask(port, FILE, If_Match=tag)[0].status == 200
    assert ask(port, FILE, If_Match='"other"')[0].status == 412
    assert ask(port, FILE, If_Unmodified_Since="Thu, 01 Jan 1970 00:00:00 GMT")[0].status == 412


def test_a_browser_may_ask_from_any_page_with_any_header(port: int) -> None:
    answer, body = ask(
        port,
        FILE,
        "OPTIONS",
        Origin="https://startup.example",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="range",
    )

    assert (answer.status, body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "*"


@pytest.mark.parametrize("path", [FILE, "/nothing", "/"])
def test_every_answer_may_be_read_by_pages_of_everywhere_and_runs_nothing(
    port: int, path: str
) -> None:
    answer, _ = ask(port, path, Origin="https://startup.example")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Server"] is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_nothing_can_be_sent(port: int, method: str) -> None:
    answer, _ = ask(port, FILE, method)

    assert answer.status in (403, 405)


@pytest.mark.parametrize(
    "path",
    [
        *("/tourism", "/tourism/", "/tourism/piers/2026-01-08.0", "/tourism/piers/2026-01-08.0/"),
        *("/.tmp/half", "/.tmp", "/.tmp/", "/.git", "/tourism/.hidden.csv", "/%2etmp/half"),
        *("/link.txt", "/inner.txt", "/linked/secret.txt", "/linked/", "/pipe"),
        *("/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/tourism/../../secret.txt"),
        *("//secret.txt", "/tourism//piers", "/./index.html", "/index.html/", "/index.html/x"),
        *("/..\\secret.txt", "/%00", "/index.html%00.csv", "/%ff", "/" + "a" * 5000, "/%0d%0aX:1"),
    ],
)
def test_what_is_not_a_published_file_is_not_there(port: int, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer, body = ask(port, path, method)

        assert answer.status == 404, path
        assert b"secret" not in body
        assert b"Traceback" not in body


def test_another_name_is_not_answered(port: int) -> None:
    answer, body = ask(port, FILE, Host="evil.example")

    assert answer.status == 403
    assert BODY not in body


def test_a_port_that_is_taken_is_named(open_store: Path, port: int) -> None:
    with pytest.raises(PermanentError, match=rf"port {port} cannot be used"):
        serve_folder(open_store, port, ready=lambda _: None)
    with pytest.raises(PermanentError, match="port 70000 cannot be used"):
        serve_folder(open_store, 70000, ready=lambda _: None)
