"""Rain, water, air and sea as they truly are in the simulated city."""
