"""Sources of the domain environment: sensors, hydrology, weather, air and water."""
