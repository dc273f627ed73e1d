"""`cdp new product` as a person calls it: what it refuses, and drafts that pass all checks.

Belongs here: the command, and a copy of the checkout with drafts in it. Does not belong here:
single texts of a draft (`test_drafts.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT, copied_to
from tests.support.commands import cdp

BIN = Path(sys.executable).parent
GROUPED = ["airport_arrivals_daily", "--source", "airport_daily", "--key", "service"]
WEEKLY = [
    *("people_in_zones_weekly", "--source", "people_counts", "--key", "tambon_code"),
    *("--measure", "people,people_towards:max,people_towards:mean", "--domain", "economy"),
]
TOLD = ["waste_generated_yearly", "--source", "waste_generated", "--key", "lao_code,year"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rain", "--source", "airport_daily"], "does not end in how often"),
        (["Rain_daily", "--source", "airport_daily"], "does not end in how often"),
        (["flags_hourly", "--source", "beach_flags"], "hourly is not drafted"),
        (["flags_quarter_hourly", "--source", "beach_flags"], "quarter-hourly is not drafted"),
        (["rain_daily", "--source", "airport_daily"], "a product rain_daily in environment"),
        (["x_daily", "--source", "airprt_daily"], "such as airport_daily"),
        (["x_daily", "--source", "airport_daily", "--key", "servise"], "did you mean service"),
        (["x_daily", "--source", "airport_daily", "--domain", "sea"], "sea is no domain"),
        (["x_daily", "--source", "wifi_sessions"], "is about persons"),
        (["x_yearly", "--source", "road_deaths"], "contradict each other"),
        (["x_yearly", "--source", "piers"], "write it by hand: a register"),
        (["x_daily", "--source", "waste_generated"], "tells of years"),
        (["x_daily", "--source", "care_capacity"], "names no `day`"),
        (["x_daily", "--source", "mots_tourism_revised"], "nothing daily can be made of it"),
        (["x_yearly", "--source", "airport_daily"], "draft the _monthly one"),
        (["x_daily", "--source", "immigration_daily"], "take nationality into --key"),
        (["x_yearly", "--source", "waste_generated"], "--key lao_code,year"),
        (["x_daily", "--source", "people_counts", "--key", "people"], "people may be empty"),
        (["x_daily", "--source", "environment_sensor_readings"], "no number with a unit"),
        (["x_daily", "--source", "beach_flags", "--measure", "flag"], "flag is no figure"),
        (["x_daily", "--source", "beach_flags", "--measure", "wave_m:last"], "sum, mean or max"),
        (["x_daily", "--source", "tmd_weather", "--key", "station_id"], "more than 80 lines"),
        (["x_daily", "--source", "wifi_access_points"], "a register as wifi_access_points"),
    ],
)  # fmt: skip
def test_what_cannot_be_drafted_is_refused_in_one_line_and_nothing_is_written(
    tmp_path: Path, words: list[str], said: str
) -> None:
    before = sorted(ROOT.glob("dbt_project/models/**/*.*"))

    ran = cdp("new", "product", *words, home=tmp_path)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    assert sorted(ROOT.glob("dbt_project/models/**/*.*")) == before


@pytest.mark.whole
def test_drafts_pass_what_the_project_asks_of_every_product(tmp_path: Path) -> None:
    checkout = copied_to(tmp_path / "checkout")
    names = [words[0] for words in (GROUPED, WEEKLY, TOLD)]
    git(checkout, "init", "--quiet")

    said = [run(checkout, str(BIN / "cdp"), "new", "product", *w) for w in (GROUPED, WEEKLY, TOLD)]
    git(checkout, "add", "--all")
    set_up(checkout)
    run(checkout, "make", "check")
    rules = ("products", "columns", "groups", "arithmetic", "dialect", "sources")
    of_products = [f"tests/dbt_project/test_{each}.py" for each in rules]
    run(checkout, sys.executable, "-m", "pytest", "-n0", *of_products)
    judged = run(
        *(checkout, sys.executable, "-m", "pytest", "-n0", "tests/expectations/test_suites.py"),
        *("-k", " or ".join(names)),
    )
    built = run(checkout, sys.executable, "-m", "pytest", "-n0", "tests/dbt_project/products")

    assert all(f"{name}.sql" in text for name, text in zip(names, said, strict=True))
    assert all("now do:" in text for text in said)
    assert judged.count(".") > 40
    assert built.count(".") >= 2 * len(names)


@pytest.mark.whole
def test_a_drafted_truth_test_notices_a_model_that_says_something_else(tmp_path: Path) -> None:
    checkout = copied_to(tmp_path / "checkout")
    run(checkout, str(BIN / "cdp"), "new", "product", *GROUPED)
    model = checkout / "dbt_project/models/marts/tourism/airport_arrivals_daily.sql"
    right = model.read_text("utf-8")
    model.write_text(right.replace("days_later('day', 1)", "days_later('day', 2)"), "utf-8")
    assert model.read_text("utf-8") != right

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "tests/dbt_project/products"],
        **there(checkout),
    )

    assert ran.returncode == 1
    assert "2 failed" in ran.stdout or ran.stdout.count("FAILED") == 2, ran.stdout


def set_up(checkout: Path) -> None:
    """Give the copy this environment, as new as its lock."""
    (checkout / ".venv").mkdir()
    for part in BIN.parent.iterdir():
        (checkout / ".venv" / part.name).symlink_to(part)
    (checkout / ".venv/.ready").unlink(missing_ok=True)
    (checkout / ".venv/.ready").touch()


def git(checkout: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=checkout, check=True, capture_output=True)


def run(checkout: Path, *command: str) -> str:
    """What a command says in the copy, which succeeds."""
    ran = subprocess.run(command, **there(checkout))
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout[-6000:]}{ran.stderr[-2000:]}"
    return ran.stdout


def there(checkout: Path) -> dict[str, object]:
    """A process that knows the copy alone."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CDP_", "DBT_", "PYTEST_"))}
    path = f"{BIN}{os.pathsep}{kept['PATH']}"
    own = {"PATH": path, "PYTHONPATH": str(checkout), "CDP_HOME": str(checkout / ".cdp")}
    return {"cwd": checkout, "env": kept | own, "capture_output": True, "text": True}
