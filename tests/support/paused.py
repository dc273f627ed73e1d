"""The `cdp` command, which stops for ever in one phase of its work. Run as a module.

    python -m tests.support.paused PHASE WORDS…

It says `paused` when it is there. Does not belong here: what is expected of whoever kills it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import ingestion.connectors.drop_folder as drop_folder
import ingestion.deliveries.ingest as ingest
import ingestion.deliveries.replay as replay
import ingestion.privacy.vault as vault
from ingestion.deliveries.kept import KeptBytes
from ingestion.judging import child
from ingestion.judging.sandbox import Sandbox
from orchestration.cli import main


def _pause() -> None:
    os.write(1, b"paused\n")
    time.sleep(600)


def _after(done: Callable[..., Any]) -> Callable[..., Any]:
    def then_pause(*words: Any, **more: Any) -> Any:
        done(*words, **more)
        _pause()

    return then_pause


def _child() -> None:
    """The parser's process, which stops over the file in its hands; its pipe tells the parent."""
    parse = child.parse

    def parse_and_stay(*words: Any, **more: Any) -> Any:
        answer = parse(*words, **more)
        (words[2] / "parsed").touch()
        time.sleep(600)
        return answer

    child.parse = parse_and_stay
    with (
        os.fdopen(int(sys.argv[1]), "rb") as asked,
        os.fdopen(os.dup(int(sys.argv[1])), "wb") as said,
    ):
        child.serve(asked, said, int(sys.argv[2]))


def _in_the_parser() -> None:
    Sandbox.module = "tests.support.paused"
    ask = Sandbox.parse

    def parse(sandbox: Sandbox, job: Any) -> Any:
        import threading

        def watch() -> None:
            made = sandbox._started().folder / "work" / "results" / "parsed"
            while not made.exists():
                time.sleep(0.05)
            os.write(1, b"paused\n")

        sandbox._started()
        threading.Thread(target=watch, daemon=True).start()
        return ask(sandbox, job)

    Sandbox.parse = parse  # type: ignore[method-assign]


def _pause_in(phase: str) -> None:
    if phase == "fetch":
        drop_folder.shutil.copyfileobj = _after(drop_folder.shutil.copyfileobj)  # type: ignore[attr-defined]
    elif phase == "land":
        vault.seal = _after(vault.seal)
    elif phase == "parse":
        _in_the_parser()
    elif phase == "write":
        ingest.write_rows = _after(ingest.write_rows)
    elif phase == "replay":
        KeptBytes.copy = _after(KeptBytes.copy)  # type: ignore[method-assign]
        assert replay


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        _child()
    else:
        _pause_in(sys.argv.pop(1))
        main()
