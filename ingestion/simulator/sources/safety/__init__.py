"""Sources of the domain safety: plate cameras, CCTV, violations, accidents and crime."""

from __future__ import annotations

from ingestion.simulator.channels import Source
from ingestion.simulator.sources.safety import plate_reads, plate_reads_checkpoint

SOURCES: tuple[Source, ...] = (plate_reads.SOURCE, plate_reads_checkpoint.SOURCE)
