"""`make bench`: what the platform takes, beside what it may take.

Belongs here: measures that a person asks for. Does not belong here: tests, because a busy machine
is no defect.
"""
