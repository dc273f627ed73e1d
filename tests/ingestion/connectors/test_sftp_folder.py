"""Drop folders on a real SFTP server: who it is, who we are, and what breaks on the way."""

from __future__ import annotations

import logging
import random
from dataclasses import replace

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.support.sftp_server import PASSWORD, running_sftp

BIG = random.Random(83).randbytes(700_000)


@pytest.fixture
def server(tmp_path, monkeypatch):
    root = tmp_path / "sftp"
    (root / "drops").mkdir(parents=True)
    with running_sftp(root, tmp_path) as running:
        monkeypatch.setenv("CDP_SFTP_HOST_KEY", running.host_key)
        monkeypatch.setenv("CDP_SFTP_PASSWORD", PASSWORD)
        yield running


@pytest.fixture
def drops(server):
    return server.root / "drops"


@pytest.fixture
def taken(source, server):
    """What is taken from the folder: name and bytes."""

    def take(known=lambda *_: False, **more):
        words = {"url": server.url("/drops"), "pattern": "rain_{day}_*", **more}
        return source.bodies(known, connector="drop_folder", **words)

    return take


def test_the_wanted_files_are_taken_over_one_connection(taken, drops, server, source):
    source.lookback = 1
    wanted = ["rain_20260107_1.csv", "rain_20260108_1.csv"]
    for name in [
        *wanted,
        "rain_20260101_1.csv",
        ".rain_20260108_2.csv",
        "rain_20260108_3.csv.part",
    ]:
        (drops / name).write_bytes(BIG)

    assert taken() == dict.fromkeys(wanted, BIG)
    assert server.connections == 1


def test_what_is_known_is_not_taken_again_unless_it_changed(taken, source, drops, server):
    (drops / "rain_20260108_1.csv").write_bytes(b"first")
    words = {"connector": "drop_folder", "url": server.url("/drops"), "pattern": "*"}
    marks = {(f.name, f.mark) for f in source.fetch(**words)}

    again = taken(lambda *what: what in marks)
    (drops / "rain_20260108_1.csv").write_bytes(b"revised")
    revised = taken(lambda *what: what in marks)

    assert again == {}
    assert revised == {"rain_20260108_1.csv": b"revised"}


def test_the_origin_names_the_server_and_not_the_user(source, drops, server):
    (drops / "rain_20260108_1.csv").write_bytes(b"first")

    fetched = source.one(connector="drop_folder", url=server.url("/drops"), pattern="*")

    assert fetched.origin == f"sftp://127.0.0.1:{server.port}/drops/rain_20260108_1.csv"


def test_a_private_key_is_enough(taken, drops, server, monkeypatch):
    monkeypatch.delenv("CDP_SFTP_PASSWORD")
    monkeypatch.setenv("CDP_SFTP_PRIVATE_KEY", str(server.client_key))
    (drops / "rain_20260108_1.csv").write_bytes(b"first")

    assert list(taken()) == ["rain_20260108_1.csv"]


def test_the_host_key_may_be_pinned_by_its_fingerprint(taken, server, monkeypatch):
    monkeypatch.setenv("CDP_SFTP_HOST_KEY", server.fingerprint)

    assert taken() == {}


def test_another_host_key_than_the_pinned_one_is_refused_before_the_password_is_sent(
    taken, server, monkeypatch
):
    monkeypatch.setenv("CDP_SFTP_HOST_KEY", server.other_host_key)

    with pytest.raises(PermanentError, match=r"shows the key SHA256:.*somebody stands between"):
        taken()
    assert server.connections == 1
    assert server.passwords == []


@pytest.mark.parametrize("pinned", ["ssh-ed25519", "ssh-ed25519 not-base64!", "nonsense"])
def test_a_pinned_key_that_is_none_is_refused(taken, monkeypatch, pinned):
    monkeypatch.setenv("CDP_SFTP_HOST_KEY", pinned)

    with pytest.raises(PermanentError, match="expected a key such as"):
        taken()


def test_a_host_key_seen_for_the_first_time_is_never_trusted(taken, server, monkeypatch):
    monkeypatch.delenv("CDP_SFTP_HOST_KEY")

    with pytest.raises(PermanentError, match="set CDP_SFTP_HOST_KEY"):
        taken()
    assert server.connections == 0


def test_a_wrong_password_is_told_once_and_not_shown(taken, server, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("CDP_SFTP_PASSWORD", "wrong-horse-staple")

    with pytest.raises(PermanentError, match=r"refuses user sender.*CDP_SFTP_PASSWORD") as failure:
        taken()
    assert server.connections == 1
    assert "wrong-horse" not in failure.value.message + caplog.text


def test_neither_password_nor_key_is_told(taken, monkeypatch):
    monkeypatch.delenv("CDP_SFTP_PASSWORD")

    with pytest.raises(PermanentError, match="neither a password nor a private key is set"):
        taken()


def test_a_private_key_that_cannot_be_read_is_told(taken, monkeypatch, tmp_path):
    (tmp_path / "no.key").write_text("nothing")
    monkeypatch.setenv("CDP_SFTP_PRIVATE_KEY", str(tmp_path / "no.key"))

    with pytest.raises(PermanentError, match="private key cannot be read"):
        taken()


@pytest.mark.parametrize("user", ["", "sender:hunter22"])
def test_an_address_without_user_or_with_a_password_is_refused(taken, server, user):
    with pytest.raises(PermanentError, match="without a password") as failure:
        taken(url=server.url("/drops", user))
    assert "hunter22" not in failure.value.message


def test_a_connection_that_breaks_is_made_again_and_the_file_comes_whole(taken, drops, server):
    (drops / "rain_20260108_1.csv").write_bytes(BIG)
    server.break_reads = 2

    assert taken() == {"rain_20260108_1.csv": BIG}
    assert server.connections > 1


def test_a_connection_that_always_breaks_is_a_transient_failure(taken, drops, server, source):
    (drops / "rain_20260108_1.csv").write_bytes(BIG)
    source.limits = replace(source.limits, tries=3)
    server.break_reads = 10**9

    with pytest.raises(TransientError, match=r"/drops broke off.*next run tries again"):
        taken()
    assert server.connections == 3


def test_a_file_that_grows_while_it_is_copied_is_left_to_the_next_run(taken, drops, server):
    path = drops / "rain_20260108_1.csv"
    path.write_bytes(b"first")
    (drops / "rain_20260108_2.csv").write_bytes(b"second")
    server.on_read = lambda name: path.write_bytes(b"first and more")

    assert list(taken()) == ["rain_20260108_2.csv"]


@pytest.mark.parametrize(
    "name", ["rain_20260108_big.csv", "rain_20260108_\x1b[2J.csv", "rain_20260108_\udcff.csv"]
)
def test_one_file_that_cannot_be_taken_is_told_and_keeps_no_other_out(
    source, drops, server, taken, name
):
    (drops / name).write_bytes(BIG)
    (drops / "rain_20260108_z.csv").write_bytes(b"level\n")
    source.limits = replace(source.limits, file_bytes=1000)
    words = {"connector": "drop_folder", "url": server.url("/drops"), "pattern": "rain_{day}_*"}

    names = []
    with pytest.raises(PermanentError, match=r"exceeds 1,000 bytes|lists a file named"):
        names.extend(fetched.name for fetched in source.fetch(**words))

    assert names == ["rain_20260108_z.csv"]


def test_a_link_on_the_server_is_not_followed_and_a_folder_is_no_file(taken, drops, server):
    (drops / "rain_20260108_0.csv").mkdir()
    (server.root / "secret").write_bytes(b"theirs")
    (drops / "rain_20260108_1.csv").symlink_to("../secret")

    assert taken() == {}


def test_a_folder_that_is_not_there_is_named(taken, server):
    with pytest.raises(PermanentError, match="/nowhere is not there"):
        taken(url=server.url("/nowhere"))


def test_a_server_that_is_not_there_is_a_transient_failure(taken):
    with pytest.raises(TransientError, match="cannot be reached"):
        taken(url="sftp://sender@127.0.0.1:9/drops")


def test_a_server_inside_the_network_needs_the_word_of_the_deployment(taken, source, server):
    source.settings = source.settings.model_copy(update={"allow_loopback": False})

    with pytest.raises(PermanentError, match="inside the network"):
        taken()
    assert server.connections == 0
