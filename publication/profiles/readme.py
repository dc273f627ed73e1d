"""`README.th.md` and `README.en.md`: what a release is, how to read it, how to check it.

Does not belong here: their wording (`publication/templates/`).
"""

from __future__ import annotations

from publication.facts import Facts
from publication.licences import licence_title, licence_url
from publication.templates import render as filled_in


def render(facts: Facts) -> dict[str, bytes]:
    """One file a language."""
    return {f"README.{language}.md": _readme(facts, language) for language in ("th", "en")}


def _readme(facts: Facts, language: str) -> bytes:
    product, report = facts.product, facts.report
    return filled_in(
        f"README.{language}.md.j2",
        product=product,
        facts=facts.manifest,
        warnings=report.warnings,
        rules=len(report.results),
        licence_title=licence_title(product.licence),
        licence_url=licence_url(product.licence),
    ).encode()
