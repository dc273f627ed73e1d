"""`quality.json`: the rules that the data was judged by, and what each found.

Without build id and time, so that judging the same bytes again gives the same file; without sample
rows, which belong to operators.
"""

from __future__ import annotations

from publication.facts import Facts
from publication.model import as_json


def render(facts: Facts) -> dict[str, bytes]:
    """The gate's report as the world may read it."""
    document = facts.report.model_dump(
        mode="json",
        exclude={"build": True, "judged_at": True, "results": {"__all__": {"unexpected_rows"}}},
    )
    document |= facts.manifest.model_dump(
        mode="json", include={"simulated", "simulation", "notice"}
    )
    return {"quality.json": as_json(document)}
