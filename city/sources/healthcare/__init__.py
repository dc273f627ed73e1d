"""Sources of the domain healthcare: dengue, hospitals and their load, and the beaches."""

from __future__ import annotations

from city.channels import Source
from city.sources.healthcare import (
    beach_flags,
    care_capacity,
    dengue_reports,
    dengue_weekly,
    hospital_patients,
    hospitals,
)

SOURCES: tuple[Source, ...] = (
    dengue_reports.SOURCE,
    dengue_weekly.SOURCE,
    hospitals.SOURCE,
    hospital_patients.SOURCE,
    care_capacity.SOURCE,
    beach_flags.SOURCE,
)
