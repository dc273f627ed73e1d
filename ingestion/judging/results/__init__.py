"""What a judged file leaves: Parquet by event day, and quarantined lines."""
