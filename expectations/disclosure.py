"""Disclosure control: may the counts of a product be shown as they are?

Belongs here: the rule that each product's `disclosure` names. Does not belong here: patterns of
personal data in a cell (`personal.py`). Only products that count no persons can be judged so far;
every other rule holds its product back, because a rule that nobody checks is no protection.
"""

from __future__ import annotations

# Figures of instruments and registers: no cell counts persons or their devices.
NOT_NEEDED = "not_personal"


def disclosure_problem(rule: str) -> str | None:
    """Why a product with this disclosure rule may not go out; None when it may."""
    if rule == NOT_NEEDED:
        return None
    return (
        f"disclosure rule {rule!r} cannot be checked yet; the product stays private until "
        f"expectations/disclosure.py can judge it"
    )
