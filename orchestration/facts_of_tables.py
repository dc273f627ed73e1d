"""What an operator wants to know of the curated tables put in order, as Dagster shows it.

Belongs here: how it looks in the UI. Does not belong here: doing it (`maintaining.py`).
"""

from __future__ import annotations

import dagster as dg

from orchestration.facts import Metadata
from orchestration.maintaining import Maintained

MAINTAINED = dg.AssetKey(["lake", "maintained"])
"""The asset of it; whoever runs a night tells of it under this name."""


def maintained_metadata(done: Maintained) -> Metadata:
    """What the tables were made of before and after, and what is gone."""
    kept = "\n".join(f"{release}: snapshot {number}" for release, number in done.kept.items())
    return {
        "files before": dg.MetadataValue.int(done.before.files),
        "files after": dg.MetadataValue.int(done.after.files),
        "bytes before": dg.MetadataValue.int(done.before.bytes),
        "bytes after": dg.MetadataValue.int(done.after.bytes),
        "snapshots before": dg.MetadataValue.int(done.before.snapshots),
        "snapshots after": dg.MetadataValue.int(done.after.snapshots),
        "snapshots expired": dg.MetadataValue.int(done.expired),
        "files removed": dg.MetadataValue.int(done.removed),
        "kept for releases": dg.MetadataValue.text(kept or "none"),
    }


def maintained_check(done: Maintained) -> dg.AssetCheckResult:
    """Could the tables be put in order?"""
    return dg.AssetCheckResult(
        check_name="tables_are_in_order",
        passed=not done.problem,
        severity=dg.AssetCheckSeverity.ERROR,
        description=done.problem or "the tables are in order",
    )
