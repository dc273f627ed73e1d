"""Serves the simulated city on loopback, over the protocols of the real sources."""
