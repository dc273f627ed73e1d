"""The simulated city as people see it: its size in numbers, a map, and the curves of a day.

    measuring ──▶ facts ──▶ page (with land and charts)

Belongs here: looking at what the city has and sends. Does not belong here: making any of it.
"""
