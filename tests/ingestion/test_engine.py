"""The engine: extensions without a network, the catalogue of the lake, the environment of dbt."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from ingestion import engine
from ingestion.engine import (
    CatalogueUnreachable,
    EngineError,
    attach_lake,
    connect,
    dbt_environment,
    extension_directory,
)
from ingestion.settings import Settings
from tests.support.s3_server import S3Server


@pytest.fixture
def settings(tmp_path: Path, extensions: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    (home / "extensions").symlink_to(extensions)
    return Settings(home=home)


def loaded(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The extensions of ours that a connection has."""
    names = con.execute("select extension_name from duckdb_extensions() where loaded").fetchall()
    return {name for (name,) in names} & set(engine.EXTENSIONS)


def test_a_connection_has_the_extensions_that_its_lake_needs(settings: Settings) -> None:
    in_a_bucket = settings.model_copy(update={"lake_url": "s3://city/lake"})
    shared = settings.model_copy(update={"catalog": "postgres:dbname=lake host=127.0.0.1 port=1"})

    with connect(settings) as con:
        assert loaded(con) == set()
        attach_lake(con, settings)
        assert loaded(con) == {"ducklake"}
    with connect(in_a_bucket) as con:
        assert loaded(con) == {"httpfs"}
    with connect(shared) as con, pytest.raises(CatalogueUnreachable):
        attach_lake(con, shared)


def test_a_connection_tells_time_in_utc(settings: Settings) -> None:
    with connect(settings) as con:
        instant = con.execute("select timestamptz '2026-01-09 02:00:00+07'").fetchone()

    assert instant == (datetime(2026, 1, 8, 19, tzinfo=UTC),)
    assert str(instant[0].tzinfo) == "UTC"


def test_extensions_are_installed_once(tmp_path: Path) -> None:
    first = extension_directory(tmp_path)
    written = {path: path.stat().st_mtime_ns for path in first.rglob("*")}

    second = extension_directory(tmp_path)

    assert second == first
    assert {path: path.stat().st_mtime_ns for path in second.rglob("*")} == written


@pytest.mark.whole
def test_processes_that_race_for_the_extensions_all_get_whole_ones(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from ingestion.engine import connect\n"
        "from ingestion.settings import Settings\n"
        "connect(Settings(home=Path(sys.argv[1]))).execute('select 1')\n"
    )

    racers = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [racer.communicate()[1].decode() for racer in racers]

    assert [racer.returncode for racer in racers] == [0, 0, 0], said
    assert [path.name for path in (tmp_path / "extensions").iterdir()] == [
        f"duckdb-{duckdb.__version__}"
    ]


def test_a_filling_that_was_interrupted_is_not_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", power_cut)
        with pytest.raises(KeyboardInterrupt):
            extension_directory(tmp_path)
    (tmp_path / "extensions" / ".filling-killed").mkdir()

    directory = extension_directory(tmp_path)

    assert len(list(directory.rglob("*.duckdb_extension"))) == len(engine.EXTENSIONS)


def test_a_missing_extension_package_is_named_with_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(EngineError, match=f"duckdb-extension-httpfs=={duckdb.__version__}"):
        extension_directory(tmp_path)

    assert not list((tmp_path / "extensions").glob("*")) if tmp_path.exists() else True


def test_curated_tables_are_parquet_files_in_the_lake(settings: Settings) -> None:
    with connect(settings) as con:
        attach_lake(con, settings)
        con.execute("create table lake.main.pier as select 'Chalong' as name")

    with connect(settings) as con:
        attach_lake(con, settings, read_only=True)
        assert con.execute("from lake.main.pier").fetchall() == [("Chalong",)]
    assert list((settings.home / "lake" / "curated").rglob("*.parquet"))


def test_curated_tables_live_in_a_bucket_too(s3_server: S3Server, settings: Settings) -> None:
    bucket = s3_server.fresh_bucket()
    settings = s3_server.settings(home=settings.home, lake_url=f"s3://{bucket}/city")

    with connect(settings) as con:
        attach_lake(con, settings)
        con.execute("create table lake.main.pier as select 'Chalong' as name")
        kept = con.execute(f"from glob('s3://{bucket}/city/curated/**/*.parquet')").fetchall()
        found = con.execute("from lake.main.pier").fetchall()

    assert len(kept) == 1
    assert found == [("Chalong",)]


def test_readers_cannot_write(settings: Settings) -> None:
    with connect(settings) as con:
        attach_lake(con, settings)
    with connect(settings) as con:
        attach_lake(con, settings, read_only=True)

        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("create table lake.main.pier as select 'Chalong' as name")


def test_a_lake_that_was_moved_is_read_and_written_where_it_is_now(
    settings: Settings, tmp_path: Path
) -> None:
    with connect(settings) as con:
        attach_lake(con, settings)
        con.execute("create table lake.main.pier as select 'Chalong' as name")
    (settings.home / "lake").rename(tmp_path / "elsewhere")
    moved = settings.model_copy(update={"lake_url": str(tmp_path / "elsewhere")})

    with connect(moved) as con:
        attach_lake(con, moved)
        con.execute("insert into lake.main.pier values ('Rassada')")
        found = con.execute("from lake.main.pier order by name").fetchall()

    assert found == [("Chalong",), ("Rassada",)]
    assert not (settings.home / "lake").exists()


@pytest.mark.parametrize("left", [0, 1, 5000])
def test_a_catalogue_that_is_damaged_is_named_with_what_to_do(
    left: int, settings: Settings
) -> None:
    with connect(settings) as con:
        attach_lake(con, settings)
    catalogue = settings.home / "catalog.ducklake"
    catalogue.write_bytes(catalogue.read_bytes()[:left] or b"not a catalogue")

    with connect(settings) as con, pytest.raises(EngineError) as failure:
        attach_lake(con, settings)

    assert f"{catalogue} cannot be read" in failure.value.message
    assert "makes every table anew from the lake" in failure.value.message


def test_a_catalogue_that_another_process_holds_is_told_as_that(settings: Settings) -> None:
    with connect(settings) as con:
        attach_lake(con, settings)
    program = f"import duckdb; c = duckdb.connect({str(settings.home / 'catalog.ducklake')!r})"
    with subprocess.Popen(
        [sys.executable, "-c", f"{program}; print('held', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()

        with connect(settings) as con, pytest.raises(EngineError, match=f"PID {holder.pid}"):
            attach_lake(con, settings)

        holder.communicate(b"\n")


def test_the_password_of_a_catalogue_stays_out_of_messages(settings: Settings) -> None:
    address = "postgres:dbname=lake host=127.0.0.1 port=1 user=city password=open-sesame"
    guarded = settings.model_copy(update={"catalog": address})

    with connect(guarded) as con, pytest.raises(CatalogueUnreachable) as failure:
        attach_lake(con, guarded)

    assert "open-sesame" not in failure.value.message


def test_a_database_file_in_use_is_named(settings: Settings, tmp_path: Path) -> None:
    busy = tmp_path / "busy.duckdb"
    program = (
        f"import duckdb; c = duckdb.connect({str(busy)!r}); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()

        with pytest.raises(EngineError, match=r"busy\.duckdb"):
            connect(settings, busy)

        holder.communicate(b"\n")


@pytest.mark.parametrize(
    ("url", "endpoint", "style", "tls"),
    [
        ("", "s3.amazonaws.com", "vhost", "true"),
        ("http://127.0.0.1:8333", "127.0.0.1:8333", "path", "false"),
        ("https://s3.phuket.example", "s3.phuket.example", "path", "true"),
    ],
)
def test_the_s3_server_is_told_to_dbt_as_duckdb_wants_it(
    settings: Settings, tmp_path: Path, url: str, endpoint: str, style: str, tls: str
) -> None:
    told = dbt_environment(settings.model_copy(update={"s3_endpoint_url": url}), tmp_path)

    assert told["CDP_DBT_S3_ENDPOINT"] == endpoint
    assert told["CDP_DBT_S3_URL_STYLE"] == style
    assert told["CDP_DBT_S3_USE_SSL"] == tls


def test_secrets_go_to_dbt_in_variables_that_it_blanks(settings: Settings, tmp_path: Path) -> None:
    grown_up = settings.model_copy(
        update={
            "s3_secret_access_key": SecretStr("open-sesame"),
            "catalog": "postgres:dbname=lake password=open-sesame",
        }
    )

    told = dbt_environment(grown_up, tmp_path)

    holding = {name for name, value in told.items() if "open-sesame" in value}
    assert holding >= {"DBT_ENV_SECRET_CDP_S3", "DBT_ENV_SECRET_CDP_CATALOG"}
    assert all(name.startswith("DBT_ENV_SECRET_") for name in holding)
    assert "open-sesame" in {told[name] for name in holding}, "by itself, as messages have it"


@pytest.mark.parametrize(
    "place",
    [lambda home: {"lake_url": f"{home}/other"}, lambda home: {"lake_url": "s3://city/lake/"}],
)
def test_curated_data_lie_below_the_lake(
    settings: Settings, tmp_path: Path, place: Callable[[Path], dict[str, str]]
) -> None:
    told = dbt_environment(settings.model_copy(update=place(tmp_path)), tmp_path)

    assert told["CDP_DBT_DATA_PATH"] == told["CDP_DBT_LAKE"] + "/curated/"
    assert not told["CDP_DBT_LAKE"].endswith("/")
