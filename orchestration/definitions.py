"""What Dagster loads: every asset, check, job and schedule of the platform.

    sources ──▶ curated (dbt) ──▶ candidate ──gate──▶ open data

`dg list defs`, `dg check defs` and `dg dev` start here.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.resources import Platform


def build_definitions(platform: Platform | None = None) -> dg.Definitions:
    """The definitions, with another platform resource where a test wants one."""
    folder = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    resources = dg.Definitions(
        resources={"platform": platform or Platform()}, executor=dg.in_process_executor
    )
    return dg.Definitions.merge(folder, resources)


@dg.definitions
def defs() -> dg.Definitions:
    """Entry point of `dg` and `dagster`."""
    return build_definitions()
