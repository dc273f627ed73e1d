"""Which dbt models nobody may use after a build in which something broke, and what is to blame.

Belongs here: following dbt's own graph from what broke to what is made from it. Does not belong
here: running dbt (`building.py`) and what is done about it (`gating.py`).
"""

from __future__ import annotations

from collections.abc import Collection

from dbt_project.lineage import Parents, behind, node_name


def spoilt(
    nodes: Collection[str], broken: Collection[str], parents: Parents
) -> dict[str, list[str]]:
    """The models behind which something broke, each with what broke, by their names.

    Behind a model are itself, all that it is made from, and the tests of these. A test of several
    models says something of a model that is made from all of them, which is how dbt sees it too.

    Parameters
    ----------
    nodes, broken: dbt's unique ids, of all that was run and of what failed.
    """
    found: dict[str, list[str]] = {}
    for model in sorted(node for node in nodes if node.startswith("model.")):
        made_from = behind(model, parents)
        blamed = [b for b in broken if b in made_from or _only_about(b, made_from, parents)]
        if blamed:
            found[node_name(model)] = sorted(map(node_name, blamed))
    return found


def _only_about(node: str, models: set[str], parents: Parents) -> bool:
    return node.startswith("test.") and models.issuperset(parents[node])
