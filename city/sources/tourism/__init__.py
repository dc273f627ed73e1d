"""Sources of the domain tourism: visitors, hotels, the airport, and the WiFi."""

from __future__ import annotations

from city.channels import Source
from city.sources.tourism import (
    airport_passengers,
    arrivals_daily,
    attractions,
    density_calibrations,
    hotel_occupancy,
    hotel_rooms,
    immigration_arrivals,
    length_of_stay,
    people_counts,
    piers,
    provincial_visitors,
    registered_hotels,
    visitor_spend,
)
from city.sources.tourism.mots import history, workbook
from city.sources.tourism.wifi import access_points as wifi_access_points
from city.sources.tourism.wifi import sessions as wifi_sessions

SOURCES: tuple[Source, ...] = (
    registered_hotels.SOURCE,
    hotel_rooms.SOURCE,
    hotel_occupancy.SOURCE,
    airport_passengers.SOURCE,
    provincial_visitors.SOURCE,
    visitor_spend.SOURCE,
    length_of_stay.SOURCE,
    immigration_arrivals.SOURCE,
    arrivals_daily.IMMIGRATION,
    arrivals_daily.AIRPORT,
    wifi_sessions.SOURCE,
    wifi_access_points.SOURCE,
    density_calibrations.SOURCE,
    people_counts.SOURCE,
    attractions.SOURCE,
    piers.SOURCE,
    workbook.PRELIMINARY,
    workbook.REVISED,
    history.SOURCE,
)
