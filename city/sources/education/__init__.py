"""Sources of the domain education: schools, and who learns and teaches there."""

from __future__ import annotations

from city.channels import Source
from city.sources.education import enrolment, schools

SOURCES: tuple[Source, ...] = (schools.SOURCE, enrolment.SOURCE)
