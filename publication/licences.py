"""Licences under which products go out: their titles and where to read them."""

from __future__ import annotations

_LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": (
        "Creative Commons Zero 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}


def licence_title(licence: str) -> str:
    """Its name for people; what the contract says where it is not known here."""
    return _LICENCES.get(licence, (licence, ""))[0]


def licence_url(licence: str) -> str:
    """Where it can be read; empty where that is not known."""
    return _LICENCES.get(licence, (licence, ""))[1]
