"""From raw bytes to typed rows: every record accepted, quarantined or deduplicated, and counted.

Belongs here: undoing compression and encoding, reading records strictly, casting them by the
contract, de-duplicating by key, and doing all of it under limits. Does not belong here: where
the bytes came from and where the rows go.
"""
