"""Formats as senders write them, every byte decided by what is in them, on every machine."""
