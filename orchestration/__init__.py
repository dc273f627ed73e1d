"""Room 5 of 5: puts the rooms to work, in order, by schedule or by hand.

Belongs here: Dagster, the `cdp` command, and the order in which the rooms are called. Does not
belong here: logic that could live in one of the rooms.
"""
