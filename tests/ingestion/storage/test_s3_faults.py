"""A bucket behind a connection that breaks: real requests through a proxy that spoils some.

Each case is a fault at the first, a middle or the last request of a put in parts, of several
reads, of a listing in pages, of several deletes. Whatever happens, the outcome is right, the
number of requests is bounded, and nobody is told a short or altered object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.client import BaseClient

from ingestion.settings import Settings
from ingestion.storage import KeyExists, StoreUnavailable
from ingestion.storage.s3 import S3Store
from ingestion.storage.s3_client import S3Limits, make_client
from tests.support.faulty_proxy import Fault, FaultyProxy, Request, faulty_proxy
from tests.support.s3_server import S3Server

MIB = 1 << 20
LARGE = bytes(range(250)) * 42_000  # three parts
ROUNDS = 25
EVERYWHERE = (
    *(Fault.STATUS_500, Fault.STATUS_503, Fault.STATUS_429),
    *(Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.SLOW, Fault.CUT),
)
USES = ("put", "create", "get", "open", "head", "list", "delete")
UNSURE = (*EVERYWHERE, Fault.DAMAGED_REQUEST)
later = partial(pytest.param, marks=pytest.mark.whole)
"""A case for the long tests, beside one much like it that is not."""


def patience(fault: Fault | None = None) -> S3Limits:
    return S3Limits(
        first_pause=0,
        longest_pause=0,
        read_seconds=0.4 if fault is Fault.SLOW else 20,
        page=2,
        multipart_above=5 * MIB,
        part_bytes=5 * MIB,
    )


def method(*names: str) -> Callable[[Request], bool]:
    return lambda request: request.method in names


@pytest.fixture(scope="module")
def proxy(s3_server: S3Server) -> Iterator[FaultyProxy]:
    with faulty_proxy(s3_server.endpoint_url) as running:
        yield running


@cache  # making one takes longer than most of what is tested with it
def through_proxy(settings: Settings, limits: S3Limits) -> BaseClient:
    return make_client(settings, limits)


class Ways:
    """Two stores on one prefix: one through the proxy, one straight to the server."""

    def __init__(
        self, server: S3Server, proxy: FaultyProxy, bucket: str, client: BaseClient
    ) -> None:
        self._server, self._proxy, self._bucket, self._client = server, proxy, bucket, client
        self.prefix = uuid4().hex
        self.straight = S3Store(bucket, self.prefix, server.settings(), limits=patience())
        self.straight._made = client

    def broken(self, fault: Fault | None = None) -> S3Store:
        settings = self._server.settings(s3_endpoint_url=self._proxy.url)
        limits = patience(fault)
        store = S3Store(self._bucket, self.prefix, settings, limits=limits)
        store._made = through_proxy(settings, limits)
        store.put("warm-up", b"")  # over a connection that is whole, whatever a test before broke
        return store

    def unfinished_uploads(self) -> int:
        answer = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=self.prefix)
        return len(answer.get("Uploads", []))


@pytest.fixture(scope="module")
def client(s3_server: S3Server) -> BaseClient:
    """Straight to the server: whoever goes through the proxy makes one of his own."""
    return make_client(s3_server.settings(), patience())


@pytest.fixture
def ways(
    s3_server: S3Server, proxy: FaultyProxy, bucket: str, client: BaseClient
) -> Iterator[Ways]:
    proxy.clear()
    yield Ways(s3_server, proxy, bucket, client)
    proxy.clear()


@pytest.mark.parametrize("nth", [1, later(3), later(5)])
@pytest.mark.parametrize("fault", UNSURE)
def test_a_put_in_parts_arrives_whole(
    ways: Ways, proxy: FaultyProxy, fault: Fault, nth: int
) -> None:
    store = ways.broken(fault)
    proxy.plan(fault, method("PUT", "POST"), nth=nth)

    told = store.put("large", LARGE, if_absent=True)

    assert proxy.broken == 1
    assert ways.straight.get("large") == LARGE
    assert ways.straight.head("large") == told
    # Whoever never learns the name of a begun upload cannot give it back; it has no parts.
    nameless = nth == 1 and fault in {Fault.RESET_AFTER, Fault.SLOW, Fault.CUT}
    assert ways.unfinished_uploads() == int(nameless)


@pytest.mark.parametrize("if_absent", [True, False])
@pytest.mark.parametrize("fault", UNSURE)
def test_a_small_put_arrives_whole(
    ways: Ways, proxy: FaultyProxy, fault: Fault, if_absent: bool
) -> None:
    store = ways.broken(fault)
    proxy.plan(fault, method("PUT"))

    told = store.put("small", b"rows", if_absent=if_absent)

    assert proxy.broken == 1
    assert ways.straight.get("small") == b"rows"
    assert ways.straight.head("small") == told


@pytest.mark.parametrize("nth", [1, later(2), later(3)])
@pytest.mark.parametrize("fault", [*EVERYWHERE, Fault.DAMAGED_ANSWER])
def test_a_read_is_never_short_or_altered(
    ways: Ways, proxy: FaultyProxy, tmp_path: Path, fault: Fault, nth: int
) -> None:
    store = ways.broken(fault)
    bodies = {f"a/{number}": bytes([number]) * 300_000 for number in (1, 2, 3)}
    for key, body in bodies.items():
        ways.straight.put(key, body)

    proxy.plan(fault, method("GET"), nth=nth)
    assert {key: store.get(key) for key in bodies} == bodies
    assert proxy.broken == 1

    proxy.plan(fault, method("GET"), nth=nth)
    for number, (key, body) in enumerate(bodies.items()):
        store.download(key, tmp_path / str(number))
        assert (tmp_path / str(number)).read_bytes() == body
    assert proxy.broken == 1
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.DAMAGED_ANSWER])
def test_a_stream_that_breaks_says_so(ways: Ways, proxy: FaultyProxy, fault: Fault) -> None:
    store = ways.broken(fault)
    ways.straight.put("a", b"x" * 3 * MIB)
    proxy.plan(fault, method("GET"))

    with store.open("a") as stream, pytest.raises(StoreUnavailable):
        list(iter(partial(stream.read, MIB), b""))


@pytest.mark.parametrize("nth", [1, later(2), later(3)])
@pytest.mark.parametrize("fault", [*EVERYWHERE, Fault.OLD_ANSWER])
def test_a_listing_is_complete(ways: Ways, proxy: FaultyProxy, fault: Fault, nth: int) -> None:
    store = ways.broken(fault)
    names = [f"ledger/{number}" for number in range(1, 7)]
    for name in names:
        ways.straight.put(name, b"")
    list(store.list("ledger/5"))  # an older answer, which may come again
    proxy.plan(fault, method("GET"), nth=nth)

    found = [info.key for info in store.list("ledger/")]

    assert proxy.broken == 1
    if fault is Fault.OLD_ANSWER and nth == 1:
        assert found == ["ledger/5"]  # a lie without a trace: nothing in it names the question
    else:
        assert found == names


def test_a_listing_that_does_not_go_on_is_given_up(ways: Ways, proxy: FaultyProxy) -> None:
    store = ways.broken()
    for number in range(1, 7):
        ways.straight.put(f"ledger/{number}", b"")
    proxy.plan(Fault.OLD_ANSWER, method("GET"), nth=2, times=50)

    with pytest.raises(StoreUnavailable, match="does not go on"):
        store.list("ledger/")

    assert len(proxy.requests) == 1 + patience().tries


@pytest.mark.parametrize("nth", [1, later(2), later(3)])
@pytest.mark.parametrize("fault", EVERYWHERE)
def test_a_delete_is_done(ways: Ways, proxy: FaultyProxy, fault: Fault, nth: int) -> None:
    store = ways.broken(fault)
    for name in ("a", "b", "c"):
        ways.straight.put(f"old/{name}", b"")
    proxy.plan(fault, method("DELETE"), nth=nth)

    for name in ("a", "b", "c"):
        store.delete(f"old/{name}")

    assert proxy.broken == 1
    assert list(ways.straight.list("old/")) == []


@pytest.mark.parametrize("fault", EVERYWHERE)
def test_a_look_tells_the_truth(ways: Ways, proxy: FaultyProxy, fault: Fault) -> None:
    store = ways.broken(fault)
    told = ways.straight.put("a", b"x")

    proxy.plan(fault, method("HEAD"))
    assert store.head("a") == told
    assert proxy.broken == 1

    proxy.plan(fault, method("HEAD"))
    assert store.head("b") is None
    assert proxy.broken == 1


def test_a_lost_answer_to_an_own_create_is_a_success_every_time(
    ways: Ways, proxy: FaultyProxy
) -> None:
    store = ways.broken()

    for number in range(ROUNDS):
        proxy.plan(Fault.RESET_AFTER, method("PUT"))
        store.put(f"commits/{number}", b"the same body for all", if_absent=True)
        assert proxy.broken == 1
        assert [request.method for request in proxy.requests] == ["PUT", "HEAD"]

    assert len(list(ways.straight.list("commits/"))) == ROUNDS


def test_a_lost_answer_to_a_late_create_is_a_defeat_every_time(
    ways: Ways, proxy: FaultyProxy
) -> None:
    store = ways.broken()

    for number in range(ROUNDS):
        ways.straight.put(f"commits/{number}", b"the same body for all", if_absent=True)
        proxy.plan(Fault.RESET_AFTER, method("PUT"))
        with pytest.raises(KeyExists):
            store.put(f"commits/{number}", b"the same body for all", if_absent=True)
        assert proxy.broken == 1


def test_a_create_whose_look_fails_too_is_still_decided(ways: Ways, proxy: FaultyProxy) -> None:
    store = ways.broken()

    for fault in (Fault.RESET_BEFORE, Fault.STATUS_503, Fault.CUT):
        # The put is done and its answer lost, the look fails, the second put meets the first.
        proxy.plan(Fault.RESET_AFTER, method("PUT"))
        proxy.also(fault, method("HEAD"))
        store.put(f"commits/{fault}", b"{}", if_absent=True)
        sent = [request.method for request in proxy.requests]
        assert sent == ["PUT", "HEAD", "PUT", "HEAD"]

    assert len(list(ways.straight.list("commits/"))) == 3


@pytest.mark.parametrize(
    ("fault", "use"),
    [
        *((Fault.STATUS_503, use) for use in USES),
        *(later(Fault.RESET_BEFORE, use) for use in USES),
        # A stream has begun before it is cut.
        *(later(Fault.CUT, use) for use in USES if use != "open"),
    ],
)
def test_a_server_that_stays_broken_is_given_up_after_five_tries(
    ways: Ways, proxy: FaultyProxy, use: str, fault: Fault
) -> None:
    store = ways.broken()
    ways.straight.put("there", b"x" * 100)
    proxy.plan(fault, lambda request: True, times=1000)
    uses: dict[str, Callable[[], object]] = {
        "put": lambda: store.put("new", b"x"),
        "create": lambda: store.put("new", b"x", if_absent=True),
        "get": lambda: store.get("there"),
        "open": lambda: store.open("there"),
        "head": lambda: store.head("there"),
        "list": lambda: store.list(),
        "delete": lambda: store.delete("there"),
    }

    with pytest.raises(StoreUnavailable):
        uses[use]()

    methods = [request.method for request in proxy.requests]
    assert max(methods.count(name) for name in set(methods)) == patience().tries
    if fault is not Fault.CUT:  # a cut answer is the answer to something done
        assert ways.straight.head("new") is None
        assert ways.straight.head("there") is not None


def test_a_put_in_parts_that_is_given_up_leaves_no_parts(ways: Ways, proxy: FaultyProxy) -> None:
    store = ways.broken()
    proxy.plan(
        Fault.STATUS_503,
        lambda request: "uploadId" in request.target and request.method == "POST",
        times=1000,
    )

    with pytest.raises(StoreUnavailable):
        store.put("large", LARGE, if_absent=True)

    assert ways.straight.head("large") is None
    assert ways.unfinished_uploads() == 0
