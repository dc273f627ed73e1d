"""Sources of the domain education: schools, and who learns and teaches there."""

from __future__ import annotations

from ingestion.simulator.channels import Source
from ingestion.simulator.sources.education import enrolment, schools

SOURCES: tuple[Source, ...] = (schools.SOURCE, enrolment.SOURCE)
