"""The measures, in a table of ratios. Every ratio is taken within one run, and is a median."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.commands import taken
from tests.bench.sessions import write_sessions

GIB = 1024**3
MB = 1_000_000
MOST_OF_ENGINE = {"csv": 1.6, "json_lines": 3.0, "parquet": 2.5}
"""Of the processor time of the engine's own copy: the wall clock measures the neighbours, too."""


@dataclass(frozen=True)
class Measure:
    """One figure and its limit, both in the same unit."""

    what: str
    value: float
    limit: float
    unit: str
    beside: str = ""

    @property
    def line(self) -> str:
        """The figure as a row of the table."""
        mark = "over" if self.value > self.limit else ""
        shown = f"{self.value:8.2f} {self.unit:<3} of {self.limit:5.1f} {self.unit:<3} {mark:<4}"
        return f"{self.what:<55} {shown} {self.beside}".rstrip()


def main() -> int:
    """Print every measure as it is taken; fail where a limit is broken."""
    asked = _arguments()
    broken = 0
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        for measure in (m for part in asked.only for m in _PARTS[part](asked, Path(folder))):
            print(measure.line, flush=True)
            broken += measure.value > measure.limit
    return int(broken > 0)


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="make bench", description=__doc__)
    words.add_argument("--rows", type=float, default=0.25, help="millions of WiFi sessions")
    words.add_argument("--files", type=int, default=200, help="small files")
    words.add_argument("--runs", type=int, default=3, help="pairs of runs behind every median")
    words.add_argument("--formats", nargs="*", choices=MOST_OF_ENGINE, default=[*MOST_OF_ENGINE])
    words.add_argument("--only", nargs="*", choices=_PARTS, default=list(_PARTS))
    words.add_argument("--dlt-python", type=Path, help="the Python of an environment with dlt")
    words.add_argument("--folder", type=Path, help="where the files are made, a few GB")
    return words.parse_args()


def _sessions(asked: argparse.Namespace, folder: Path) -> Iterator[Measure]:
    """Sessions of every format against the engine's own copy of the same file, in turn."""
    paths = write_sessions(int(asked.rows * 1_000_000), folder, asked.formats)
    for kind, path in paths.items():
        names = ("engine", "ours", "pseudonyms")
        took: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        for _ in range(asked.runs):
            for name in names:
                took[name].append(_one(name, kind, str(path)))
        for name in names[1:]:
            what = f"{asked.rows:g} M sessions, {kind}" + ", pseudonyms" * (name == "pseudonyms")
            yield _ratio(what, MOST_OF_ENGINE[kind], took[name], took["engine"])
            peak = max(run["bytes"] for run in took[name]) / GIB
            size = f"from {path.stat().st_size / 1e6:.0f} MB"
            yield Measure("  largest process", peak, 1.5, "GiB", size)
        if kind == "csv" and asked.dlt_python:
            for how in ("as it comes", "for Arrow tables"):
                dlt = [_dlt(asked.dlt_python, how, path)]
                what = f"  beside dlt, its DuckDB reader asked {how}"
                yield _ratio(what, 1 / 3, took["ours"][:1], dlt, by="seconds")
        elif kind == "csv":
            print("  beside dlt: not measured: pip install 'dlt[duckdb,filesystem,parquet]' in")
            print("  another environment and pass its Python as --dlt-python")


def _ratio(
    what: str,
    limit: float,
    ours: list[dict[str, float]],
    theirs: list[dict[str, float]],
    by: str = "cpu",
) -> Measure:
    """The median of the ratios of runs that followed each other."""
    pairs = [(a[by], b[by]) for a, b in zip(ours, theirs, strict=True)]
    medians = [statistics.median(side) for side in zip(*pairs, strict=True)]
    value = statistics.median(a / b for a, b in pairs)
    return Measure(what, value, limit, "x", f"{medians[0]:.1f} s : {medians[1]:.1f} s")


def _dlt(python: Path, how: str, path: Path) -> dict[str, float]:
    script = Path(__file__).with_name("dlt_load.py")
    said = subprocess.run([python, script, how, path], capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(said.stderr + "bench: dlt failed")
    told: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return told


def _small(asked: argparse.Namespace, folder: Path) -> list[Measure]:
    took = _one("small", str(asked.files), str(folder))
    beside = f"median {1000 * took['median']:.1f} ms, child {took['bytes'] / GIB:.2f} GiB"
    what = f"{asked.files} files of 5 kB, each, start included"
    return [Measure(what, 1000 * took["seconds"], 25, "ms", beside)]


def _demo(asked: argparse.Namespace, folder: Path) -> list[Measure]:
    first, memory = taken(folder, "demo")
    second, _ = taken(folder, "demo")
    return [
        Measure("demo, first run", first, 90, "s"),
        Measure("demo, first run, largest process", memory / GIB, 2, "GiB"),
        Measure("demo, again with nothing new", second, 25, "s"),
    ]


def _city(asked: argparse.Namespace, folder: Path) -> list[Measure]:
    """What the city drops: a whole day of it, and a month of a hundredth."""
    whole, memory = taken(folder, "city", "write", str(folder / "day"), "--days=1", "--scale=1")
    month, _ = taken(folder, "city", "write", str(folder / "month"), "--days=30", "--scale=0.01")
    return [
        Measure("city, one day at full size", whole, 30, "s"),
        Measure("city, one day at full size, largest process", memory / MB, 500, "MB"),
        Measure("city, 30 days at 1 %", month, 15, "s"),
    ]


def _detection(asked: argparse.Namespace, folder: Path) -> list[Measure]:
    """Prints how much of what the city spoiled on purpose was found; no limit is set to it."""
    from city.city import demo_city
    from ingestion.settings import Settings
    from orchestration.deployment import Deployment
    from tests.bench.detection import lines, scores
    from tests.support.demo_home import run_demo

    run = run_demo(Settings(home=folder / "detection"))
    print("\n".join(lines(scores(demo_city(), Deployment(run.settings), run.report))))
    return []


def _one(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.one", *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(said.stderr + f"bench: {' '.join(arguments)} failed")
    told: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return told


_PARTS: dict[str, Callable[[argparse.Namespace, Path], Iterable[Measure]]] = {
    "sessions": _sessions,
    "small": _small,
    "demo": _demo,
    "city": _city,
    "detection": _detection,
}

if __name__ == "__main__":
    sys.exit(main())
