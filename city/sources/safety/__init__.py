"""Sources of the domain safety: plate cameras, CCTV, violations, accidents and crime."""

from __future__ import annotations

from city.channels import Source
from city.sources.safety import (
    cctv_cameras,
    cctv_uptime,
    crime_cases,
    crime_groups,
    face_alert_counts,
    plate_reads,
    plate_reads_checkpoint,
    road_accidents,
    road_deaths,
    road_injuries,
    traffic_violations,
    vehicle_counts,
)

SOURCES: tuple[Source, ...] = (
    cctv_cameras.SOURCE,
    cctv_uptime.SOURCE,
    plate_reads.SOURCE,
    plate_reads_checkpoint.SOURCE,
    traffic_violations.SOURCE,
    vehicle_counts.SOURCE,
    face_alert_counts.SOURCE,
    road_accidents.SOURCE,
    road_deaths.SOURCE,
    road_injuries.SOURCE,
    crime_groups.SOURCE,
    crime_cases.SOURCE,
)
