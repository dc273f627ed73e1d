"""The city's Smart WiFi: access points and the sessions of its two systems."""
