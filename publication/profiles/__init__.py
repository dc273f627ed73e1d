"""What goes out beside the tables of a release to explain them: one file here a metadata format.

A profile is a module whose `render` makes of the facts of a release the files of one format, by
name. The builder of a version folder walks `PROFILES`: a further format is a further file here and
one name more below. The same facts give the same bytes; no profile reads a clock, a store or what
another one wrote. `parquet.py` alone is not among them: what it says goes into the table itself,
before the gate has judged it and while a release has no version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from publication.facts import Facts
from publication.profiles import csvw, data_package, dictionary, quality, readme

Profile = Callable[[Facts], Mapping[str, bytes]]
"""Makes the files of one format, by name, from the facts of a release."""

PROFILES: tuple[Profile, ...] = (
    dictionary.render,
    data_package.render,
    csvw.render,
    quality.render,
    readme.render,
)
