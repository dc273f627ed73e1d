"""Where people and vehicles of the simulated city truly are."""
