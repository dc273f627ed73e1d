"""What truly happens to people of the simulated city: accidents, crime, complaints, illness."""
