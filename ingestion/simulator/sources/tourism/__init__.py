"""Sources of the domain tourism: visitors, hotels, the airport, and the WiFi."""
