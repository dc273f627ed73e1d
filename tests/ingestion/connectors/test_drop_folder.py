"""A local drop folder: what is taken, what is left to the next run, what is refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ingestion.connectors import drop_folder, fetch
from ingestion.errors import CdpError, PermanentError, TransientError
from tests.ingestion.connectors.conftest import DAY


@pytest.fixture
def drops(tmp_path):
    folder = tmp_path / "drops"
    folder.mkdir()
    return folder


@pytest.fixture
def taken(source, drops):
    """What is taken from the folder: name and bytes."""

    def take(known=lambda *_: False, pattern="rain_{day}_*.csv", url=None):
        words = {"connector": "drop_folder", "url": url or str(drops), "pattern": pattern}
        return {f.name: f.path.read_bytes() for f in source.fetch(known, **words)}

    return take


def drop(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(name.encode(errors="surrogateescape"))


def test_the_files_of_the_day_are_taken_in_order(taken, drops):
    drop(drops, "rain_20260108_2.csv", "rain_20260108_1.csv", "rain_20260107_1.csv", "notes.txt")

    assert list(taken()) == ["rain_20260108_1.csv", "rain_20260108_2.csv"]


def test_the_files_of_the_lookback_are_taken_too(taken, source, drops):
    source.lookback = 1
    drop(drops, "rain_20260106_1.csv", "rain_20260107_1.csv", "rain_20260108_1.csv")

    assert list(taken()) == ["rain_20260107_1.csv", "rain_20260108_1.csv"]


def test_what_is_still_being_written_is_left(taken, drops):
    drop(drops, ".rain_20260108_1.csv", "rain_20260108_1.csv.part", "rain_20260108_2.csv.tmp")
    drop(drops, "rain_20260108_3.csv")

    assert list(taken(pattern="*")) == ["rain_20260108_3.csv"]


def test_a_file_that_grows_while_it_is_copied_is_left_to_the_next_run(
    taken, drops, monkeypatch, caplog
):
    drop(drops, "rain_20260108_1.csv", "rain_20260108_2.csv")
    copy = drop_folder.shutil.copyfileobj

    def growing(file, into, size):
        copy(file, into, size)
        if file.name.endswith("_1.csv"):
            with Path(file.name).open("ab") as more:
                more.write(b"more")

    monkeypatch.setattr(drop_folder.shutil, "copyfileobj", growing)

    assert list(taken()) == ["rain_20260108_2.csv"]
    assert "still being written" in caplog.text


def test_what_is_known_is_not_taken_again_unless_it_changed(taken, source, drops):
    drop(drops, "rain_20260108_1.csv")
    words = {"connector": "drop_folder", "url": str(drops), "pattern": "*"}
    marks = {(f.name, f.mark) for f in source.fetch(**words)}

    again = taken(lambda *what: what in marks)
    (drops / "rain_20260108_1.csv").write_bytes(b"revised")
    revised = taken(lambda *what: what in marks)

    assert again == {}
    assert revised == {"rain_20260108_1.csv": b"revised"}


def test_the_senders_folder_stays_as_it_is(taken, drops):
    drop(drops, "rain_20260108_1.csv")
    before = (drops / "rain_20260108_1.csv").stat()

    taken()

    assert (drops / "rain_20260108_1.csv").stat().st_mtime_ns == before.st_mtime_ns


def test_a_link_out_of_the_folder_is_not_followed(taken, drops, tmp_path):
    (tmp_path / "secret.key").write_text("ours")
    (drops / "rain_20260108_1.csv").symlink_to(tmp_path / "secret.key")
    drop(drops, "rain_20260108_2.csv")
    (drops / "rain_20260108_3.csv").symlink_to(drops / "rain_20260108_2.csv")

    assert list(taken()) == ["rain_20260108_2.csv", "rain_20260108_3.csv"]


EVIL = (
    *("rain_20260108_\x1b[2J.csv", "rain_20260108_a\\b.csv", "rain_20260108_\n.csv"),
    *("rain_20260108_\u202egnp.csv", "rain_20260108_\udcff.csv", f"rain_20260108_{'a' * 190}.csv"),
)


def until_told(files):
    """Names of the files that come, and what is told after them."""
    names = []
    with pytest.raises(CdpError) as told:
        names.extend(fetched.name for fetched in files)
    return names, told.value


@pytest.mark.parametrize("name", EVIL)
def test_a_file_name_that_no_sender_would_choose_is_told_and_keeps_no_other_out(
    source, drops, name
):
    drop(drops, name, "rain_20260108_1.csv", "rain_20260108_z.csv")
    words = {"connector": "drop_folder", "url": str(drops), "pattern": "rain_{day}_*"}

    names, told = until_told(source.fetch(**words))

    assert names == ["rain_20260108_1.csv", "rain_20260108_z.csv"]
    assert "lists a file named" in told.message
    assert "it was not taken" in told.message
    assert told.message.isprintable()
    assert isinstance(told, PermanentError)


def test_several_files_that_are_not_taken_are_counted(source, drops):
    drop(drops, *EVIL)

    names, told = until_told(
        source.fetch(connector="drop_folder", url=str(drops), pattern="rain_{day}_*")
    )

    assert names == []
    assert f"(and {len(EVIL) - 1} more files)" in told.message


def test_a_folder_that_is_not_there_says_what_to_correct(taken, drops):
    with pytest.raises(PermanentError, match=r"nowhere is not there; create it"):
        taken(url=f"file://{drops}/nowhere")


def test_a_folder_that_is_a_file_says_what_to_correct(taken, drops):
    drop(drops, "file")

    with pytest.raises(PermanentError, match=r"is a file; correct the setting"):
        taken(url=str(drops / "file"))


def test_a_kind_of_folder_that_nobody_knows_is_refused(taken):
    with pytest.raises(PermanentError, match=r"ftp://….*expected a folder, s3://"):
        taken(url="ftp://somebody:hunter22@files.example/x")


def test_a_file_that_cannot_be_read_is_told_and_keeps_no_other_out(source, drops, monkeypatch):
    drop(drops, "rain_20260108_1.csv", "rain_20260108_2.csv")
    opened = Path.open

    def refusing(self, mode="r", *args, **kwargs):
        if self == drops / "rain_20260108_1.csv":
            raise PermissionError(13, os.strerror(13))
        return opened(self, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)

    names, told = until_told(
        source.fetch(connector="drop_folder", url=str(drops), pattern="rain_{day}_*")
    )

    assert names == ["rain_20260108_2.csv"]
    assert "cannot be read" in told.message
    assert isinstance(told, TransientError)


def test_the_connector_that_the_contract_names_is_asked(source, drops):
    drop(drops, "rain_20260108_1.csv")
    contract = source.contract(connector="drop_folder", url=str(drops), pattern="rain_{day}_*")

    files = fetch(contract, source.settings, DAY, source.folder, lambda *_: False)

    assert [fetched.name for fetched in files] == ["rain_20260108_1.csv"]


def test_a_full_disk_of_ours_is_told_with_its_path(taken, source, drops, monkeypatch):
    drop(drops, "rain_20260108_1.csv")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(drop_folder.shutil, "copyfileobj", full)

    with pytest.raises(TransientError, match=f"{source.folder}.*No space left"):
        taken()
