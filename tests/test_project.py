"""What the project promises about itself: its lock, its Makefile, its papers, what it never holds.

Belongs here: agreements between files that have to be said twice. Does not belong here: source code
(`test_architecture.py`) and the README's commands (`test_readme.py`).
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checkout import ROOMS, ROOT, files, lines, shown

LOCK = ROOT / "requirements.lock"
LOCKS = (LOCK, ROOT / "dbt_project" / "spark" / "requirements.lock")
MAKEFILE = ROOT / "Makefile"
LONGEST_RECIPE = 3
# Three files cannot say it themselves; the others begin with it.
WRITTEN = {
    *("requirements.lock", "dbt_project/spark/requirements.lock"),
    "docs/source-contract.schema.json",
}
WRITTEN_BY = re.compile(rb"(#|--|\{#) Written by ")
TARGET = re.compile(r"^([\w./$()-]+):(?!=)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(rf"`((?:{'|'.join(ROOMS)}|tests)/[\w./-]+|[\w./-]+\.(?:py|sql|toml))`")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
# Spelled in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.$}~-])/(?:wor" r"k|roo" r"t|home/\w+|Users/\w+)/",
    "a package registry": r"py"
    r"pi\.org|pythonho"
    r"sted\.org|registry\.npm"
    r"js\.org|deb\.deb"
    r"ian\.org",
    "a private key": r"-----BEGIN [A-Z ]*PRIV" r"ATE KEY",
    "an access key": r"\bAK" r"IA[0-9A-Z]{16}\b",
}


def requirements(stated: Path = ROOT / "requirements.in") -> dict[str, Requirement]:
    wanted = (line.split(" #")[0].strip() for line in lines(stated))
    parsed = [Requirement(line) for line in wanted if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def locked(lock: Path = LOCK) -> dict[str, set[str]]:
    """Name and versions: one, or one for each Python where they differ."""
    found: dict[str, set[str]] = {}
    for line in lines(lock):
        if match := re.match(r"([\w.-]+)==([^\s;\\]+)", line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


def recipes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    target = ""
    for line in lines(MAKEFILE):
        if line.startswith("\t"):
            found[target].append(line)
        elif match := TARGET.match(line):
            target = match[1]
            found.setdefault(target, [])
    return found


def headings(path: Path) -> set[str]:
    """The anchors of a Markdown file's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\s-]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def missing_files(path: Path) -> list[str]:
    """The names of code, and of what lies in a room, that nothing of the checkout has."""
    known = [f"/{shown(file)}" for file in files()]
    named = dict.fromkeys(NAMED.findall(path.read_text("utf-8")))
    return [
        name
        for name in named
        if not (ROOT / name).exists() and not any(each.endswith(f"/{name}") for each in known)
    ]


def broken_links(path: Path) -> list[str]:
    broken = []
    for link in LINK.findall(FENCE.sub("", path.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        known = (
            headings(target) if anchor and target.suffix == ".md" and target.exists() else {anchor}
        )
        if not target.exists() or anchor not in known:
            broken.append(link)
    return broken


@pytest.mark.parametrize("lock", LOCKS, ids=shown)
def test_the_lock_holds_hashes_and_no_address(lock):
    text = lock.read_text("utf-8")

    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(locked(lock)) > 10


@pytest.mark.parametrize("lock", LOCKS, ids=shown)
def test_every_requirement_is_locked_to_a_version_that_it_allows(lock):
    versions = locked(lock)

    wrong = [
        f"{requirement} is locked to {versions.get(name, 'nothing')}"
        for name, requirement in requirements(lock.with_suffix(".in")).items()
        if not versions.get(name) or not all(map(requirement.specifier.contains, versions[name]))
    ]

    assert not wrong, "\n".join(wrong)


def test_the_environment_is_what_the_lock_says():
    installed = {name: importlib.metadata.version(name) for name in requirements()}

    drifted = {
        name: version for name, version in installed.items() if version not in locked()[name]
    }

    assert not drifted, (
        "requirements.lock says otherwise; to do: touch requirements.lock && make setup"
    )


def test_duckdb_and_its_extensions_are_of_one_version():
    parts = {name: versions for name, versions in locked().items() if name.startswith("duckdb")}

    assert len(parts) > 1
    assert len(set.union(*parts.values())) == 1, parts


def test_recipes_are_short_enough_to_be_read_in_the_makefile():
    long = {
        target: len(recipe) for target, recipe in recipes().items() if len(recipe) > LONGEST_RECIPE
    }

    assert recipes()
    assert not long


def test_make_alone_lists_every_target_that_people_use():
    listed = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    named = set(re.findall(r"^  make (\w+)", listed, re.M))
    assert named >= {
        "setup",
        "demo",
        "test",
        "check",
        "ui",
        "portal",
        "bench",
        "acceptance",
        "lock",
    }


def test_setting_up_again_does_nothing_until_the_lock_changes(tmp_path):
    shutil.copy(MAKEFILE, tmp_path)
    ready = tmp_path / ".venv/.ready"
    ready.parent.mkdir()
    for age, path in enumerate(
        [ready, tmp_path / "pyproject.toml", tmp_path / "requirements.lock"]
    ):
        path.touch()
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    command = ["make", "--dry-run", "setup"]

    unchanged = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    (tmp_path / "requirements.lock").touch()
    changed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    assert ".ci/setup" not in unchanged.stdout
    assert ".ci/setup" in changed.stdout


def test_continuous_integration_runs_the_checks_and_the_tests_that_the_readme_names():
    commands = [line for line in lines(ROOT / ".ci/run") if line.startswith("make ")]
    readme = ROOT / "README.md"

    assert commands[:3] == ["make check", "make test", "make whole"]
    assert not readme.exists() or re.search(r"^make test\b", readme.read_text("utf-8"), re.M)


def test_hooks_before_a_commit_run_parts_of_make_check_and_nothing_from_elsewhere():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    checks = next(line for line in lines(MAKEFILE) if line.startswith("check:"))

    entries = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]

    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert entries == [f"make {part}" for part in checks.split("##")[0].split()[1:]]


def test_what_a_command_writes_whole_is_marked_as_generated_and_nothing_else():
    written = {
        shown(path)
        for path in files()
        if shown(path) in WRITTEN or WRITTEN_BY.match(path.read_bytes())
    }
    asked = ["git", "check-attr", "-z", "--stdin", "linguist-generated"]
    names = "\0".join(shown(path) for path in files())

    told = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True, input=names)

    words = told.stdout.split("\0")  # name, attribute, value, name, …
    assert written == {
        name for name, value in zip(words[::3], words[2::3], strict=False) if value == "set"
    }


def test_the_changelog_knows_the_version_that_is_being_made():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    titles = [line for line in lines(ROOT / "CHANGELOG.md") if line.startswith("## ")]

    assert titles[0] == "## [Unreleased]" or titles[0].startswith(f"## [{version}]")


def test_no_file_holds_an_address_a_path_or_a_key_that_belongs_elsewhere():
    found = []
    for path in files():
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            found += [
                f"{shown(path)}:{number} holds {what}"
                for what, pattern in FORBIDDEN.items()
                if re.search(pattern, line)
            ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a path of one machine", 'DATA = "' + "/".join(["", "home", "somchai", "data.csv"])),
        ("a package registry", "https://" + ".".join(["files", "pythonhosted", "org"])),
        ("a private key", "-----BEGIN RSA " + "PRIVATE" + " KEY-----"),
        ("an access key", "AK" + "IA" + "ABCDEFGHIJKLMNOP"),
    ],
)
def test_what_is_forbidden_would_be_found(what, example):
    assert re.search(FORBIDDEN[what], example)


def test_links_between_documents_lead_somewhere():
    broken = [f"{shown(path)}: {link}" for path in files(".md") for link in broken_links(path)]

    assert not broken, "\n".join(broken)


def test_every_file_that_a_document_names_is_there():
    """Decisions and the changelog tell of their day, and keep the names of then."""
    told = [path for path in files(".md") if path.name not in ("decisions.md", "CHANGELOG.md")]
    gone = [f"{shown(path)}: {name}" for path in told for name in missing_files(path)]

    assert not gone, "\n".join(gone)


def test_a_name_of_a_file_that_is_not_there_is_missing(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "`words/sql.py` `ingestion/words/` `ingestion/<part>/x` `gone.py` `city/x.yaml`"
    )

    assert missing_files(page) == ["gone.py", "city/x.yaml"]


def test_a_link_to_a_missing_file_or_heading_is_broken(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One title\n[a](#one-title) [b](page.md#other) [c](gone.md) [d](https://x.y)")

    assert broken_links(page) == ["page.md#other", "gone.md"]
