"""What is wrong on purpose in what the city sends, and what a platform should make of it.

A `Defect` is part of the truth: found nowhere but here, so that tests and benchmarks can tell what
was found from what was missed and from false alarms. How a source is spoiled belongs to the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    # in one row or a run of rows
    "gap", "spike", "stuck", "sentinel", "out_of_range", "no_value", "duplicate_row",
    "repeated_read", "unknown_parameter", "buddhist_year", "no_offset", "clock_fault",
    "clock_drift", "counter_reset", "counter_rollover", "misread", "drift", "undercatch",
    "level_shift", "jammed", "misplaced", "open_session", "swapped_coordinates", "unknown_place",
    "pending", "malformed", "no_probe", "stale_station",
    # in a table as a whole
    "wrong_label", "wrong_total", "wrong_category", "renamed_column", "identical_series",
    "rounded_total", "implausible_factor",
    # in a delivery
    "html_page", "truncated_file", "late_file", "resent_file", "duplicate_file", "source_down",
]  # fmt: skip

# What a platform should make of the records (or of the file, or the source) that a defect touches.
Outcome = Literal[
    "absent", "flagged", "quarantined", "missing", "deduplicated", "refused", "late", "superseding",
    "held_back", "accepted", "unreachable", "no_work",
]  # fmt: skip

OUTCOMES: dict[Kind, Outcome] = {
    "gap": "absent",
    "spike": "flagged",
    "stuck": "flagged",
    "sentinel": "missing",  # an error code instead of a reading: known not to be known
    "out_of_range": "quarantined",
    "no_value": "missing",
    "duplicate_row": "deduplicated",
    "repeated_read": "accepted",  # told apart by seconds: a matter of the models, not of the door
    "unknown_parameter": "quarantined",
    "buddhist_year": "quarantined",
    "no_offset": "quarantined",
    "clock_fault": "quarantined",
    "clock_drift": "accepted",  # seen only where one camera is compared with the next
    "counter_reset": "accepted",
    "counter_rollover": "accepted",
    "misread": "accepted",  # a plate like others; seen where it fits no journey
    # An instrument that is slowly or wholly wrong: seen over weeks and beside its neighbours only.
    "drift": "accepted",
    "undercatch": "accepted",
    "level_shift": "accepted",
    "jammed": "accepted",
    "misplaced": "accepted",
    "open_session": "accepted",
    "swapped_coordinates": "quarantined",
    "unknown_place": "quarantined",
    "pending": "missing",
    "malformed": "quarantined",
    "no_probe": "flagged",  # a zero where nothing measures: no value, whatever it says
    "stale_station": "accepted",  # old news with its own time: freshness is a matter of the models
    "wrong_label": "held_back",
    "wrong_total": "held_back",
    "wrong_category": "held_back",
    "renamed_column": "refused",
    "implausible_factor": "held_back",
    "identical_series": "flagged",
    "rounded_total": "accepted",  # off by one, which rounding explains
    "html_page": "refused",
    "truncated_file": "refused",
    "late_file": "late",
    "resent_file": "superseding",
    "duplicate_file": "no_work",
    "source_down": "unreachable",
}


@dataclass(frozen=True)
class Where:
    """The place of a defect: which series and times, and which data records of the file.

    Records count from 1 below the heading. Empty texts and no records mean the whole file.
    """

    station_id: str = ""
    parameter: str = ""
    first: str = ""
    last: str = ""
    records: tuple[int, ...] = ()


@dataclass(frozen=True)
class Defect:
    """Something wrong that was put into a file, a table or an answer on purpose."""

    kind: Kind
    source: str
    file: str
    where: Where
    detail: str

    @property
    def outcome(self) -> Outcome:
        """What should become of it."""
        return OUTCOMES[self.kind]
