"""A planted key is sent to its source, and found nowhere else: message, log, receipt, file name."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest

from ingestion.connectors.secrets import Secrets
from ingestion.contracts.fetching import DropFolder, HttpFile
from ingestion.deliveries.landing import Arrival, land
from ingestion.errors import CdpError
from ingestion.secret_texts import HIDDEN
from ingestion.storage.local import LocalStore
from tests.ingestion.connectors.conftest import NOW
from tests.support.planned_server import Reply, json_reply

# With letters that no address of an object has: those are in the logs, too.
KEY = 'tide/vx4711qz "key" ก'
SPELLINGS = (KEY, quote(KEY, safe=""), "vx4711qz", 'tide/vx4711qz \\"key\\"')


@pytest.fixture(autouse=True)
def _planted(monkeypatch, caplog):
    monkeypatch.setenv("CDP_TIDE_KEY", KEY)
    monkeypatch.setenv("CDP_TIDE_TOKEN", "token-vx4711qz-for-headers")
    caplog.set_level(logging.DEBUG)


def assert_hidden(text):
    assert [spelling for spelling in SPELLINGS if spelling in text] == []


def echo(asked, status):
    """A source that repeats the key wherever it can."""
    key = asked.query.get("key", "") or asked.headers.get("x-key", "")
    return json_reply(
        {"success": False, "error": f"wrong key {key}", "next": f"/x?key={quote(key)}"},
        status,
        ETag=f'"{quote(key)}"',
        Link=f'</next?key={quote(key)}>; rel="next"',
    )


@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 429, 503])
@pytest.mark.parametrize(
    "words",
    [
        {"connector": "http_file", "params": {"key": "${CDP_TIDE_KEY}"}},
        {"connector": "http_json", "params": {"key": "${CDP_TIDE_KEY}"},
         "paging": {"type": "next_link", "total": ["total"]}},
        {"connector": "http_json", "headers": {"X-Key": "${CDP_TIDE_TOKEN}"},
         "paging": {"type": "next_link", "path": ["next"], "total": ["total"]}},
        {"connector": "ckan", "dataset": "d", "resource": "r", "via": "file",
         "api_key": "${CDP_TIDE_TOKEN}"},
        {"connector": "sensorthings", "headers": {"X-Key": "${CDP_TIDE_TOKEN}"}},
        {"connector": "ngsi_ld", "entity": "E", "headers": {"X-Key": "${CDP_TIDE_TOKEN}"}},
    ],
    ids=["file", "paged json", "json by header", "ckan", "sensorthings", "ngsi-ld"],
)  # fmt: skip
def test_a_source_that_repeats_the_key_does_not_make_us_repeat_it(
    source, server, caplog, words, status
):
    def answer(asked):
        reply = echo(asked, status)
        key = quote(asked.query.get("key", ""), safe="")
        location = {"Location": f"/again?key={key}"} if status == 301 else {}
        return Reply(reply.status, reply.body, {**reply.headers, **location})

    server.answer = answer

    try:
        told = [
            str((f.name, f.origin, f.mark, f.details))
            for f in source.fetch(url=f"{server.url}/levels", **words)
        ]
    except CdpError as error:
        told = [error.message, repr(error), str(error.__dict__)]

    assert server.asked
    assert told
    for text in [*told, caplog.text]:
        assert_hidden(text)


def test_the_key_does_reach_its_source(source, server):
    server.replies(Reply(body=b"level\n"))

    source.one(connector="http_file", url=server.url, params={"key": "${CDP_TIDE_KEY}"})

    assert server.asked[0].query == {"key": KEY}


def test_the_receipt_of_a_file_holds_no_key(source, server, tmp_path):
    server.answer = lambda asked: echo(asked, 200)
    words = {
        "connector": "http_file",
        "url": f"{server.url}/levels.json",
        "params": {"key": "${CDP_TIDE_KEY}"},
    }
    store = LocalStore(tmp_path / "lake")

    fetched = source.one(**words)
    land(Arrival.of(source.contract(**words), fetched), store, NOW)

    (receipt,) = [info.key for info in store.list("raw/") if "receipt" in info.key]
    assert HIDDEN in fetched.mark
    assert_hidden(store.get(receipt).decode())


def test_a_key_in_the_path_of_the_address_is_hidden_too(source, server):
    server.replies(Reply(body=b"level\n"), Reply(404))
    url = f"{server.url}/v1/${{CDP_TIDE_TOKEN}}/levels.csv"

    fetched = source.one(connector="http_file", url=url)

    assert fetched.origin == f"{server.url}/v1/{HIDDEN}/levels.csv"

    with pytest.raises(CdpError) as failure:
        source.one(connector="http_file", url=url)

    assert server.asked[0].path == "/v1/token-vx4711qz-for-headers/levels.csv"
    assert HIDDEN in failure.value.message
    assert_hidden(failure.value.message)


def test_a_setting_that_says_where_the_source_is_stays_readable(monkeypatch):
    monkeypatch.setenv("CDP_TIDE_URL", "https://user:hunter22@tide.example/x?key=abcdefg")
    monkeypatch.setenv("CDP_TIDE_DROP", "/srv/drops/tide")
    text = "https://tide.example/x?key=abcdefg hunter22 /srv/drops/tide"

    by_address = Secrets.of(HttpFile(connector="http_file", url="${CDP_TIDE_URL}")).hide(text)
    by_folder = Secrets.of(DropFolder(connector="drop_folder", url="${CDP_TIDE_DROP}", pattern="*"))

    assert by_address == f"https://tide.example/x?key={HIDDEN} {HIDDEN} /srv/drops/tide"
    assert by_folder.hide(text) == text


def test_a_key_is_hidden_before_a_text_is_cut(source, server):
    """Half a key is still a secret: it must not survive at the end of a shortened text."""
    server.answer = lambda asked: Reply(400, b"x" * 114 + asked.query["key"].encode())

    with pytest.raises(CdpError) as failure:
        source.one(connector="http_file", url=server.url, params={"key": "${CDP_TIDE_KEY}"})

    assert "tide/" not in failure.value.message
