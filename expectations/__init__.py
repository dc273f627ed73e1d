"""Room 3 of 5: what must hold before anything is public, and the gate that checks it.

Belongs here: suites, standard rules, personal-data patterns, disclosure control, the gate and its
report. Does not belong here: changing data, writing to a store, deciding when a gate runs.
Importing this room is cheap; Great Expectations is loaded when the first candidate is judged.
"""
