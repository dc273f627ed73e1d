"""Disclosure control: may the counts of a product be shown as they are?

Belongs here: the rule that each product's `disclosure` names. Does not belong here: patterns of
personal data in a cell (`personal.py`). Only products that count no persons can be judged so far;
every other rule holds its product back, because a rule that nobody checks is no protection.
"""

from __future__ import annotations

from collections.abc import Mapping

Lineage = Mapping[str, str]
"""How the contract of each source behind a product is classified, by the source."""

# Figures of instruments and registers: no cell counts persons or their devices.
NOT_NEEDED = "not_personal"
_NOBODY_IN_IT = ("open", "internal")


def disclosure_problem(rule: str) -> str | None:
    """Why a product with this disclosure rule may not go out; None when it may."""
    if rule == NOT_NEEDED:
        return None
    return (
        f"disclosure rule {rule!r} cannot be checked yet; the product stays private until "
        f"expectations/disclosure.py can judge it"
    )


def personal_sources(rule: str, lineage: Lineage) -> Lineage:
    """The sources that a product with this rule may not be made from, and what they are.

    A product that needs no disclosure control is made from sources without persons. One whose
    contract nobody knows may hold persons.
    """
    if rule != NOT_NEEDED:
        return {}
    return {source: kind for source, kind in lineage.items() if kind not in _NOBODY_IN_IT}
