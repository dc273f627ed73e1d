"""Sources of the domain tourism: visitors, hotels, the airport, and the WiFi."""

from __future__ import annotations

from city.channels import Source
from city.sources.tourism import (
    airport_passengers,
    attractions,
    hotel_occupancy,
    immigration_arrivals,
    length_of_stay,
    mots_tourism,
    people_counts,
    piers,
    provincial_visitors,
    registered_hotels,
    visitor_spend,
)
from city.sources.tourism.wifi import access_points as wifi_access_points
from city.sources.tourism.wifi import sessions as wifi_sessions

SOURCES: tuple[Source, ...] = (
    registered_hotels.SOURCE,
    hotel_occupancy.SOURCE,
    airport_passengers.SOURCE,
    provincial_visitors.SOURCE,
    visitor_spend.SOURCE,
    length_of_stay.SOURCE,
    immigration_arrivals.SOURCE,
    wifi_sessions.SOURCE,
    wifi_access_points.SOURCE,
    people_counts.SOURCE,
    attractions.SOURCE,
    piers.SOURCE,
    mots_tourism.PRELIMINARY,
    mots_tourism.REVISED,
)
